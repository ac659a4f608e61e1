// Runs the judges of this folder for as long as it takes: `npm run test:long [-- JUDGE [SEED [COUNT]]]`, see long.ts. Node itself
// does not read TypeScript yet, so the judges are bundled first, into a folder as deep below the root as their own.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
const outfile = join(folder, `chaos-${process.pid}.mjs`);
mkdirSync(folder, { recursive: true });
process.env.PIPELINE_CHAOS ??= 'long';
process.env.XDG_STATE_HOME ??= join(folder, 'state');
await build({
  entryPoints: [join(import.meta.dirname, 'long.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  // Node cannot import the names of a CommonJS package such as onnx-proto.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'error',
});
process.on('exit', () => rmSync(outfile, { force: true }));
await import(outfile);
