// Writes the tables into docs/models.md: `node build/models-page.mjs`. A test fails if they are out of date.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const bundle = 'build/generated/models-tables.mjs';
await build({
  entryPoints: ['build/models-tables.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: bundle,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
const { modelsTables } = await import(`${process.cwd()}/${bundle}`);
await rm(bundle);
const page = 'docs/models.md';
let text = await readFile(page, 'utf8');
for (const [name, table] of Object.entries(modelsTables())) {
  const [before, rest = ''] = text.split(`<!-- ${name} -->\n`);
  const [, after = ''] = rest.split(`<!-- /${name} -->\n`);
  text = `${before}<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->\n${after}`;
}
await writeFile(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
