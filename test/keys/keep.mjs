// Keeps the specs, fingerprints and output digests of examples/tfc-w2a2 in this folder: `node test/keys/keep.mjs`, after
// a decision that they may change (a raised recipe number, or a new field of the spec, told in the CHANGELOG).
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateDigests } from './templates.mjs';

const root = join(import.meta.dirname, '..', '..');
const project = mkdtempSync(join(tmpdir(), 'pipeline-keys-'));
cpSync(join(root, 'examples', 'tfc-w2a2'), project, { recursive: true });
execFileSync(process.execPath, [join(root, 'dist', 'cli.js'), 'run'], { cwd: project });
// The first line of a state file is its checksum.
const stateIn = (...path) =>
  JSON.parse(readFileSync(join(project, '.pipeline', ...path), 'utf8').replace(/^.*\n/, ''));
const { entries } = stateIn('ledger.json');
for (const label of ['preprocess', 'estimate', 'split', 'verify', 'build/0', 'package/0', 'deploy/zed0', 'smoke']) {
  const { fingerprint, outputs } = entries[label].record;
  const { spec } = stateIn('specs', fingerprint.slice(0, 2), fingerprint);
  const digests = Object.fromEntries(Object.entries(outputs).map(([port, { digest }]) => [port, digest]));
  // What effects report depends on the moment; only what they do enters the key.
  const kept = spec.run.type === 'effect' ? { label, fingerprint, spec } : { label, fingerprint, outputs: digests, spec };
  writeFileSync(join(root, 'test', 'keys', `${label.replace('/', '~')}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}
rmSync(project, { recursive: true });
writeFileSync(
  join(root, 'test', 'keys', 'templates.json'),
  `${JSON.stringify(templateDigests(), null, 2)}\n`,
);
