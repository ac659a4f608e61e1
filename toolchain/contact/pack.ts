import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from '../../base/files-below.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Variables } from '../home.ts';
import { endOf, runTool } from '../tool-process.ts';
import type { Left } from './left.ts';
import { sights } from './sightings.ts';

/** A row of docs/facts.md, as the build of the program lists it. */
export interface Fact {
  readonly mark: string;
  readonly belief: string;
}

/** What a build shows of a row. */
export interface SeenFact extends Fact {
  readonly verdict: 'seen' | 'contradicted' | 'not seen';
  /** What was seen; '' if nothing was. */
  readonly what: string;
}

/** Reads what `keepLeft` kept of the steps, each in a folder of its name. */
export function readLeft(folder: string, about: Pick<Left, 'board' | 'part' | 'version'>): Left {
  const bit = join(folder, bitfile);
  const paths = existsSync(folder) ? filesBelow(folder, '').filter((path) => path !== bitfile) : [];
  return {
    ...about,
    texts: new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
    bit: existsSync(bit) ? readFileSync(bit) : null,
  };
}

/** Compares every row with what a build left. */
export function compareFacts(
  facts: { readonly [row: string]: Fact },
  left: Left,
): { readonly [row: string]: SeenFact } {
  const seen = Object.entries(facts).map(([row, fact]): [string, SeenFact] => {
    const sighting = sights[row]?.(left) ?? null;
    if (sighting === null) return [row, { ...fact, verdict: 'not seen', what: '' }];
    return [row, { ...fact, verdict: sighting.agrees ? 'seen' : 'contradicted', what: sighting.what }];
  });
  return Object.fromEntries(seen);
}

/**
 * Writes what was left, scrubbed, and `facts.json` to the empty folder `directory`, and packs that as `archive`; of the
 * bitstream only the first 4096 bytes, in which nothing is scrubbed. Returns the problem, if there is one.
 */
export async function packLeft(
  left: Left,
  facts: object,
  scrub: (text: string) => string,
  {
    directory,
    archive,
    variables,
  }: { readonly directory: string; readonly archive: string; readonly variables: Variables },
): Promise<Diagnostic | null> {
  const write = (path: string, contents: string | Uint8Array): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), contents);
  };
  for (const [path, text] of left.texts) write(scrub(path), scrub(text));
  if (left.bit !== null) write(`${bitfile}.first4k`, left.bit.subarray(0, 4096));
  write('facts.json', scrub(`${JSON.stringify(facts, null, 2)}\n`));
  const exit = await runTool({ argv: ['tar', '-czf', archive, '-C', directory, '.'], variables });
  if (exit.type === 'exited' && exit.code === 0) return null;
  return problem('doctor/not-packed', `${archive} could not be written`, { detail: endOf(exit.output) });
}

const bitfile = 'build/out/raw/top_wrapper.bit';
