// Runs the unit tests and prints, per folder, the share of lines with code that they execute. Counted are lines that run in
// the tests' own process (vitest) and in the processes and threads of the command and of emulated boards (dist/).
//
//   node build/coverage.mjs [FILE OF TESTS...]
//
// dist/ is built anew without minification first and as usual afterwards. Ends with 1 where a test fails.
import { spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CoverageReport } from 'monocart-coverage-reports';
import { rooms } from './rooms.mjs';

const folder = 'coverage';
const raw = join(folder, 'processes-raw');
const sources = Object.keys(rooms).map((room) => `${room}/**/*.ts`);

await rm(folder, { recursive: true, force: true });
run(process.execPath, ['build/bundle.mjs', '--for-coverage']);
const include = sources.map((pattern) => `--coverage.include=${pattern}`);
const where = `--coverage.reportsDirectory=${join(folder, 'tests')}`;
const passed = run(
  'npx',
  [
    ...['vitest', 'run', '--project', 'unit', '--coverage.enabled', '--coverage.reporter=json', where],
    ...['--coverage.reportOnFailure', ...include, ...process.argv.slice(2)],
  ],
  // Node hands this variable down to the processes that the tests start.
  { NODE_V8_COVERAGE: join(process.cwd(), raw) },
);
await reportOfProcesses();
const lines = new Map();
for (const part of ['tests', 'processes'])
  merge(JSON.parse(await readFile(join(folder, part, 'coverage-final.json'), 'utf8')));
print();
run(process.execPath, ['build/bundle.mjs']);
process.exitCode = passed ? 0 : 1;

/** Writes what the processes of dist/ executed, in terms of the sources. */
async function reportOfProcesses() {
  const report = new CoverageReport({
    logging: 'error',
    outputDir: join(folder, 'processes'),
    reports: [['json', { file: 'coverage-final.json' }]],
    entryFilter: ({ url }) => url.startsWith(`${pathToFileURL('dist').href}/`),
    sourceFilter: (path) => Object.keys(rooms).some((room) => path.startsWith(`${room}/`)),
  });
  await report.addFromDir(raw);
  await report.generate();
}

/** A line counts where a statement begins on it, and is covered where one of these is, in either part. */
function merge(report) {
  for (const { path, statementMap, s } of Object.values(report)) {
    const file = relative(process.cwd(), path);
    if (!Object.hasOwn(rooms, file.split('/')[0])) continue;
    const known = lines.get(file) ?? new Map();
    lines.set(file, known);
    for (const [id, { start }] of Object.entries(statementMap))
      known.set(start.line, (known.get(start.line) ?? false) || s[id] > 0);
  }
}

function print() {
  const folders = new Map();
  for (const [file, found] of lines) {
    const [room, second] = file.split('/');
    for (const name of [`${room}/`, ...(second.endsWith('.ts') ? [] : [`${room}/${second}/`]), 'all']) {
      const counts = folders.get(name) ?? { lines: 0, covered: 0 };
      folders.set(name, counts);
      counts.lines += found.size;
      counts.covered += [...found.values()].filter(Boolean).length;
    }
  }
  const share = ({ lines, covered }) => `${((100 * covered) / lines).toFixed(1)} %`.padStart(8);
  for (const [name, counts] of [...folders].sort(([one], [other]) => (one < other ? -1 : 1)))
    console.log(`${share(counts)}  ${name.padEnd(24)} ${counts.covered} of ${counts.lines} lines`);
}

/** Whether it ended with 0. */
function run(command, args, variables = {}) {
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...variables } }).status === 0;
}
