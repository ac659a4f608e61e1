// Writes the table of operators into docs/models.md: `node build/operators.mjs`. A test fails if it is out of date.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const bundle = 'build/generated/operator-table.mjs';
await build({
  entryPoints: ['build/operator-table.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: bundle,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
const { operatorTable } = await import(`${process.cwd()}/${bundle}`);
await rm(bundle);
const page = 'docs/models.md';
const text = await readFile(page, 'utf8');
const [before, rest = ''] = text.split('<!-- operators -->\n');
const [, after = ''] = rest.split('<!-- /operators -->\n');
const written = `${before}<!-- operators -->\n\n${operatorTable()}\n\n<!-- /operators -->\n${after}`;
await writeFile(page, await format(written, { ...(await resolveConfig(page)), parser: 'markdown' }));
