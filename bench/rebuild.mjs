// Counts the actions of the smallest example that run again after a change, and exits with 1 if they are not the expected
// ones. It checks counts, not times: no action may run for a change without meaning, and one build for a change of one board's part.
//
//   node bench/rebuild.mjs
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { copyExample, inTemporaryFolder, pipeline } from './measure.mjs';

const changes = [
  { name: 'nothing', actions: 0, change: () => undefined },
  { name: 'a new time stamp on every input', actions: 0, change: touchEverything },
  {
    name: 'a comment in pipeline.yaml',
    actions: 0,
    change: (project) => edit(join(project, 'pipeline.yaml'), (text) => `# a comment\n${text}`),
  },
  {
    name: 'a reformatted folding file',
    actions: 0,
    change: (project) => editFolding(project, (folding) => folding, '\t'),
  },
  { name: 'the project at another path', actions: 0, change: move },
  {
    name: 'one folding value (MVAU_hls_2.PE)',
    builds: 1,
    change: (project) =>
      editFolding(project, (folding) => ({
        ...folding,
        MVAU_hls_2: { ...folding.MVAU_hls_2, PE: folding.MVAU_hls_2.PE * 2 },
      })),
  },
  { name: 'one weight of the last layer', builds: 1, change: flipWeight },
];

await inTemporaryFolder((folder) => {
  console.log(`${'change'.padEnd(36)} ran  builds  which`);
  for (const [index, { name, actions, builds, change }] of changes.entries()) {
    const project = copyExample(join(folder, String(index)));
    if (actionsRun(project).length === 0) throw new Error('the first run ran nothing');
    const ran = actionsRun(change(project) ?? project);
    const built = ran.filter((label) => label.startsWith('build/')).length;
    const isRight = actions === undefined ? built === builds : ran.length === actions;
    if (!isRight) process.exitCode = 1;
    const counts = `${String(ran.length).padStart(3)}  ${String(built).padStart(6)}`;
    console.log(`${name.padEnd(36)} ${counts}  ${ran.join(' ') || '–'}${isRight ? '' : '  WRONG'}`);
  }
});

/** The labels of the actions that a run starts. A changed weight may change answers, so `smoke` may fail, which counts as run. */
function actionsRun(project) {
  const [program, ...args] = pipeline;
  const { status, stdout, stderr } = spawnSync(program, [...args, 'run', '--json'], {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0 && status !== 1) throw new Error(`the run ended with ${status}\n${stdout}${stderr}`);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const failed = events.filter(({ type, action }) => type === 'action-failed' && action !== 'smoke');
  if (failed.length > 0) throw new Error(JSON.stringify(failed, null, 1));
  return events.filter(({ type }) => type === 'action-started').map(({ action }) => action);
}

function touchEverything(project) {
  const now = new Date();
  for (const name of readdirSync(project))
    if (name !== '.pipeline') utimesSync(join(project, name), now, now);
}

function move(project) {
  renameSync(project, `${project}-moved`);
  return `${project}-moved`;
}

function editFolding(project, change, indentation = 2) {
  edit(join(project, 'folding.json'), (text) => JSON.stringify(change(JSON.parse(text)), null, indentation));
}

/** Flips the sign of the first weight that has one, in place, so that no other byte of the file changes. */
function flipWeight(project) {
  const path = join(project, 'model.onnx');
  const file = readFileSync(path);
  const { graph } = onnxProto.onnx.ModelProto.decode(file);
  const { rawData } = graph.initializer.find(({ name }) => name === 'Quant_3_param0');
  const start = file.indexOf(rawData);
  if (start < 0) throw new Error('the weights of the last layer are not in the file as they are');
  const weights = Buffer.from(rawData);
  const at = Array.from({ length: weights.length / 4 }, (_, index) => index * 4).find(
    (offset) => weights.readFloatLE(offset) !== 0,
  );
  file.writeFloatLE(-weights.readFloatLE(at), start + at);
  writeFileSync(path, file);
}

function edit(path, change) {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
