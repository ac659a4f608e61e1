// Builds dist/: the command, the worker, the emulated board, and the JSON Schema for editors. ajv's validators are compiled
// here, into build/generated/, so that the command never loads ajv.
//
//   node build/bundle.mjs [--for-coverage]
//
// For coverage dist/ is not minified and has source maps.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import Ajv from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { parseFacts } from './facts.mjs';
import { rooms } from './rooms.mjs';

const isForCoverage = process.argv.includes('--for-coverage');
const generated = 'build/generated';
await rm('dist', { recursive: true, force: true });
await mkdir(generated, { recursive: true });
await mkdir('dist', { recursive: true });

const schemas = await loaded('build/schemas.ts');
const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, code: { source: true, esm: true } });
const names = Object.entries(schemas.validated).map(([name, schema]) => {
  ajv.addSchema(schema, name);
  return name;
});
const exported = Object.fromEntries(names.map((name, at) => [`v${at}`, name]));
const code = standalone.default(ajv, exported);
const table = names.map((name, at) => `${JSON.stringify(name)}: v${at}`).join(', ');
await writeFile(`${generated}/validators-source.js`, `${code}\nexport const validators = { ${table} };\n`);
await bundle(`${generated}/validators-source.js`, `${generated}/validators.js`);
await writeFile(
  `${generated}/validators.d.ts`,
  "import type { Validator } from '../../core/contracts/registry.ts';\nexport const validators: { readonly [name: string]: Validator };\n",
);
await writeFile('dist/pipeline.schema.json', `${JSON.stringify(schemas.editor, null, 2)}\n`);

// Every room uses base/, each other files of it, so that the bundler would cut it into a dozen pieces: it goes in as one module.
const ground = `${process.cwd()}/${generated}/ground.js`;
const grounds = (await readdir('base')).map((name) => `export * from '../../base/${name}';\n`);
await writeFile(`${generated}/ground-source.js`, grounds.join(''));
await bundle(`${generated}/ground-source.js`, ground);
const onePiece = {
  name: 'base in one piece',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/base\/[a-z-]+\.ts$/ }, () => ({ path: ground, sideEffects: false }));
  },
};
// The command that runs most often is apart: what it shared with the others would come in pieces.
const apart = {
  name: 'run apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\.\/run\.ts$/ }, ({ importer }) =>
      importer.endsWith('/cli/commands/build.ts') ? { path: './run.js', external: true } : null,
    );
    onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: './main.js', external: true }));
  },
};
const programs = {
  // Small: it is all that a run with nothing to do loads.
  cli: 'cli/start.ts',
  main: 'cli/main.ts',
  run: 'cli/run.ts',
  // Not a part of the run, which would fall into more pieces.
  preflight: 'cli/preflight/look.ts',
  idle: 'cli/idle/remember.ts',
  worker: 'cli/worker.ts',
  'emulated-board': 'boards/emulated/main.ts',
};
const common = {
  metafile: true,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minifySyntax: !isForCoverage,
  minifyWhitespace: !isForCoverage,
  sourcemap: isForCoverage,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  define: { __BUILD__: JSON.stringify(await digestOf(Object.keys(rooms))) },
  // Bundled CommonJS packages load Node's own modules with require, which an ES module does not have.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: isForCoverage ? [apart] : [apart, onePiece],
  logLevel: 'warning',
};
// Each on its own: what the command shared with the others would come in pieces, and each piece costs a run with nothing to do.
const inputs = new Set();
for (const [name, path] of Object.entries(programs)) {
  // The start of the command has no such packages, and is the whole of a run with nothing to do.
  const own = name === 'cli' ? { banner: {} } : {};
  const { metafile } = await build({ ...common, ...own, entryPoints: { [name]: path } });
  for (const input of Object.keys(metafile.inputs)) inputs.add(input);
}

await cp('node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', 'dist/jpeg-decoder.wasm');
await cp('templates', 'dist/templates', { recursive: true });
await cp('examples/smallest', 'dist/smallest', { recursive: true });
const facts = [...parseFacts(await readFile('docs/facts.md', 'utf8'))].map(([id, { mark, belief }]) => [
  id,
  { mark, belief },
]);
await writeFile('dist/facts.json', `${JSON.stringify(Object.fromEntries(facts), null, 2)}\n`);
await writeFile('dist/THIRD-PARTY.txt', await notices([...inputs]));

/** Name, version and licence text of every package that is bundled. */
async function notices(inputs) {
  const folders = inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const files = (await readdir(folder, { recursive: true })).filter(
      (entry) => /(?:^|\/)licen[cs]e/i.test(entry) && !entry.includes('node_modules/'),
    );
    const all = await Promise.all(files.sort().map((file) => readFile(`${folder}/${file}`, 'utf8')));
    return `${name} ${version} (${license})\n\n${all.join('\n\n')}`;
  });
  return `${(await Promise.all(texts)).join('\n\n---\n\n')}\n`;
}

/** Runs a TypeScript module and returns its exports. */
async function loaded(path) {
  const out = `${generated}/${path.split('/').at(-1).replace('.ts', '.mjs')}`;
  await bundle(path, out);
  return import(new URL(`../${out}`, import.meta.url).href);
}

async function bundle(from, to) {
  await build({
    entryPoints: [from],
    outfile: to,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
}

async function digestOf(folders) {
  const hash = createHash('sha256');
  for (const folder of folders)
    for (const file of (await readdir(folder, { recursive: true }))
      .filter((name) => name.endsWith('.ts'))
      .sort())
      hash.update(file).update(await readFile(`${folder}/${file}`));
  return hash
    .update(await readFile('package-lock.json'))
    .digest('hex')
    .slice(0, 16);
}
