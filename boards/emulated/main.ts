/**
 * An emulated board as a process of its own: `emulated-board --directory STATE --name NAME --type TYPE`.
 * It prints one JSON line `{"port": N}` when it listens, and ends when its standard input does, so that it never
 * outlives whoever started it.
 */
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { boardType } from '../data.ts';
import { createEmulatedBoard } from './board.ts';
import { serveBoard } from './server.ts';

const stallMilliseconds = 30_000;

const text = { type: 'string' } as const;
const { directory, name, type } = parseArgs({ options: { directory: text, name: text, type: text } }).values;
if (directory === undefined || name === undefined || type === undefined) {
  throw new Error('usage: emulated-board --directory STATE --name NAME --type TYPE');
}
const board = createEmulatedBoard({ directory, name, type: boardType(type) });
const server = await serveBoard(board, stallMilliseconds);
process.stdin.on('end', () => process.exit(0)).resume();
process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
