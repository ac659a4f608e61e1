import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../core/contracts/artifact.ts';
import type { ActionSpec } from '../core/contracts/types.ts';
import type { Digest } from '../base/digest.ts';
import { templateDigests } from './keys/templates.mjs';
import { pipeline } from './rig/command.ts';
import { temporaryFolderForSuite } from './rig/project.ts';
import { recordsOf } from './rig/records.ts';

interface Kept {
  readonly label: string;
  readonly fingerprint: Digest;
  readonly spec: ActionSpec;
  /** Absent for effects. */
  readonly outputs?: { readonly [port: string]: Digest };
}

const folder = join(import.meta.dirname, 'keys');
const kept = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'templates.json')
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Kept);

describe('fingerprints of kept specs stay as they are', () => {
  it.each(kept)('$label', ({ fingerprint, spec }) => {
    expect(fingerprintOf(spec)).toBe(fingerprint);
  });
});

it('templates changed only with a decision: raise the recipe of the stages that run them if they make something else, then run test/keys/keep.mjs', () => {
  const decided = JSON.parse(readFileSync(join(folder, 'templates.json'), 'utf8')) as object;
  expect(templateDigests()).toEqual(decided);
});

describe('a network keeps its keys and results; a change needs a raised recipe and test/keys/keep.mjs', () => {
  let records: ReturnType<typeof recordsOf>;
  beforeAll(async () => {
    const root = join(import.meta.dirname, '..');
    const project = temporaryFolderForSuite();
    cpSync(join(root, 'examples', 'tfc-w2a2'), project, { recursive: true });
    const { code, out } = await pipeline(project, 'run');
    expect(code, out).toBe(0);
    records = recordsOf(project);
  });

  it.each(kept)('$label', ({ label, fingerprint, outputs }) => {
    const record = records[label]!;
    const digests = Object.fromEntries(
      Object.entries(record.outputs).map(([port, { digest }]) => [port, digest]),
    );
    expect(record.fingerprint).toBe(fingerprint);
    if (outputs !== undefined) expect(digests).toEqual(outputs);
  });
});
