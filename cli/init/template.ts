import { counted } from '../../base/text.ts';
import type { Survey } from '../../stages/survey/survey.ts';

/** What a new project is about; files are named relative to its folder. */
export interface NewProject {
  readonly model: string;
  readonly data: string | null;
  readonly images: string;
  /** How many images to run; null for all. */
  readonly count: number | null;
  /** Whether the images are random. */
  readonly isSample: boolean;
  readonly board: string;
  readonly boards: number;
  readonly survey: Survey;
}

/** The text of pipeline.yaml for a new project on emulated boards. */
export function pipelineText(project: NewProject): string {
  const { board, boards, survey } = project;
  const names = Array.from({ length: boards }, (_, index) => `board${index}`);
  return `# From a quantised network to boards. docs/pipeline.md of finn-pipeline lists every key.
version: 1

# Emulated boards compute what the hardware would, and need neither FINN nor Vivado.
toolchain: { frontend: embedded, backend: emulated }
target: { board: ${board}, clock: 100 MHz }

stages:
  # Lowers the network to ${counted(survey.layers.length, 'layer')} of FINN's hardware; the host computes the rest.
  preprocess:
    kind: finn/preprocess
    with: { ${modelOf(project)} }

${estimateOf(project)}

${splitOf(project)}

  # Runs the images through your network, the hardware and the submodels, and compares all values.
  verify:
    kind: verify
    needs: { whole: preprocess, host: preprocess.host, parts: split }
    with: { ${imagesOf(project)} }

  # Builds every submodel, but only after verify has succeeded.
  build:
    kind: finn/build
    foreach: split.submodels
    after: [verify]

  # Packs what a board needs of every submodel.
  package:
    kind: package
    foreach: build.bitstreams

  # Sends the packages to the boards.
  deploy:
    kind: deploy
    foreach: cluster
    needs: { packages: package }

  # Runs the images through the boards.${comparisonOf(survey)}
  smoke:
    kind: smoke
    needs: { deployed: deploy, host: preprocess.host }
    with: { ${imagesOf(project)} }

# With an address, a board is a real one: docs/boards.md.
cluster:
${names.map((name) => `  ${name}: { board: ${board} }`).join('\n')}

profiles:
  # Bitstreams, on a machine with FINN and Vivado: pipeline run package --profile vivado
  vivado:
    toolchain: { backend: vivado, vivado: 2024.2 }
`;
}

function modelOf({ model, data, survey: { preset } }: NewProject): string {
  return [
    `model: ${scalar(model)}`,
    ...(data === null ? [] : [`data: ${scalar(data)}`]),
    ...(preset === null ? [] : [`finn: { preset: ${preset} }`]),
  ].join(', ');
}

function imagesOf({ images, count }: NewProject): string {
  return [`inputs: ${scalar(images)}`, ...(count === null ? [] : [`count: ${count}`])].join(', ');
}

function estimateOf({ survey: { rate } }: NewProject): string {
  const head = '  # Folds the layers, and estimates cycles and resources.';
  const stage = `  estimate:
    kind: finn/estimate
    needs: { model: preprocess }`;
  if (rate === null)
    return `${head} Without a folding each is as small and as slow as it can be.
  # To choose one: pipeline fold --target-fps 1000 --write folding.json, then name it: with: { folding: folding.json }
${stage}`;
  return `${head} FINN cannot build all of them without a folding; this one is
  # for the least images per second. For more: pipeline fold --target-fps 1000 shows what it costs.
${stage}
    with: { target_fps: ${rate} }`;
}

function splitOf({ boards, survey: { cutting, rate } }: NewProject): string {
  const head = `  split:
    kind: split
    needs: { model: estimate }
    with: `;
  const { submodels, after } = cutting;
  const places = after.map((name) => `{ after: ${name} }`).join(', ');
  if (submodels === null)
    return `  # Cuts the network into submodels. One of its layers fits no board, so nothing is cut before you fold it or choose another
  # board; emulated boards run it all the same. Then use { strategy: greedy }, which makes submodels that fit the boards.
${head}{ strategy: manual, cuts: [] }`;
  const byHand =
    after.length === 0 || submodels >= boards
      ? ''
      : `\n  # For ${boards} submodels that need about as much: { strategy: manual, cuts: [${places}] }`;
  return `  # Cuts the network into as few submodels as fit the boards: ${counted(submodels, 'submodel')}, ${rate === null ? 'without a' : 'with this'} folding.${byHand}
${head}{ strategy: greedy }`;
}

function comparisonOf({ outputs }: Survey): string {
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0) return '';
  const lines =
    output.meaning === 'class'
      ? `  # To judge them, add expected: FILE.npy, the classes that your network gives, labels: FILE.npy, the true ones, and
  # classes: [NAME, …], what they are called.`
      : `  # To judge them, add expected: FILE.npy, the values that your network gives.`;
  return `\n${lines}`;
}

/** A file name in the flow style of YAML. */
function scalar(name: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(name) ? name : JSON.stringify(name);
}
