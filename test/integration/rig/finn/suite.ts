import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { FinnSession } from './session.ts';
import { startFinn } from './session.ts';

/** A FINN for the tests of a file. */
export interface FinnOfSuite {
  /** For files of tests and FINN; goes away with the suite. */
  readonly directory: string;
  readonly ask: FinnSession['ask'];
  /** Adds counts to what the suite prints in the end. */
  readonly tell: (what: string, counts: { readonly [what: string]: number }) => void;
}

/** A hardware node as reports.py describes it. */
export interface FinnNode {
  readonly name: string;
  readonly op_type: string;
  readonly attributes: object;
}

/** Starts FINN before the tests and ends it after them. */
export function finnOfSuite(): FinnOfSuite {
  const directory = mkdtempSync(join(tmpdir(), 'finn-'));
  const tally: string[] = [];
  let finn: FinnSession | null = null;
  beforeAll(async () => {
    finn = await startFinn(directory);
  }, 300_000);
  afterAll(() => {
    console.log(`compared with FINN+: ${tally.join('; ')}`);
    finn?.end();
    rmSync(directory, { recursive: true });
  });
  return {
    directory,
    ask: (question) => finn!.ask(question),
    tell: (what, counts) => {
      const told = Object.entries(counts).filter(([, count]) => count > 0);
      tally.push(`${what} ${told.map(([name, count]) => `${count} ${name}`).join(', ')}`);
    },
  };
}

/** Attributes as a list, so that their order counts. */
export function ordered(nodes: readonly object[]): readonly object[] {
  return (nodes as readonly FinnNode[]).map((node) => ({
    ...node,
    attributes: Object.entries(node.attributes),
  }));
}
