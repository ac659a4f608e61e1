/**
 * An emulated board as a separate process: `emulated-board --directory STATE --name NAME --type TYPE`.
 * The first line of its standard input is the cluster key. It prints one JSON line `{"port": N}` when it listens, and ends
 * when its standard input does, so that it never outlives the process that started it.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { boardType } from '../data.ts';
import { parseKey } from '../keys.ts';
import { createEmulatedBoard } from './board.ts';
import { serveBoard } from './server.ts';

const limits = { stallMilliseconds: 30_000, greetingMilliseconds: 10_000, connections: 16 };

const text = { type: 'string' } as const;
const { directory, name, type } = parseArgs({ options: { directory: text, name: text, type: text } }).values;
if (directory === undefined || name === undefined || type === undefined)
  throw new Error(
    'usage: emulated-board --directory STATE --name NAME --type TYPE, and the key on standard input',
  );

const setup = { directory, name, type: boardType(type) };
const lines = createInterface(process.stdin).on('close', () => process.exit(0));
const [line] = (await once(lines, 'line')) as [string];
const key = parseKey(line, 'the key on standard input');
const board = createEmulatedBoard(setup, key, () => performance.now() / 1000);
const server = await serveBoard(board, key, limits);
process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
