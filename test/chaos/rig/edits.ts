import type { Model, ModelKind, ModelStage } from './model.ts';
import { portsOf } from './model.ts';
import type { Random } from './random.ts';

/** A pipeline of three to eight stages and a few files to begin with. */
export function firstModel(random: Random): Model {
  let model: Model = {
    stages: [],
    files: {
      'data/a': { contents: 'a\n', isExecutable: false },
      'data/deep/b': { contents: 'b\n', isExecutable: true },
      single: { contents: 'one line\n', isExecutable: false },
      'other/c': { contents: 'c\n', isExecutable: false },
    },
  };
  const count = 3 + random.below(6);
  for (let at = 0; at < count; at++) model = edits.add(model, random);
  return model;
}

/** One random edit: its name, and the model after it. */
export function edited(model: Model, random: Random): { readonly name: string; readonly model: Model } {
  const name = random.pick(Object.keys(edits) as (keyof typeof edits)[]);
  return { name, model: edits[name](model, random) };
}

type Edit = (model: Model, random: Random) => Model;

const kinds = Object.keys(portsOf) as readonly ModelKind[];
const words = ['red', 'green', 'blue', 'grey'];
const texts = ['a\n', 'b\n', 'c\n', 'z\n', 'longer\n', '', 'poison\n'];
const inputSets = [[], ['data'], ['single'], ['data/a'], ['other', 'single'], ['data/deep']];

/** Every kind of edit. Some change nothing that counts; some bring back what was there before. */
const edits = {
  add: (model, random) => {
    const at = model.stages.length;
    const name = fresh(model, 's');
    const stage: ModelStage = {
      name,
      tag: `t${name.slice(1)}x${random.below(1000)}`,
      kind: random.pick(kinds),
      word: random.pick(words),
      env: random.pick([null, null, '1', '2']),
      needs: someNeeds(model, at, random),
      after: random.chance(0.15) && at > 0 ? [random.pick(model.stages).name] : [],
      inputs: random.pick(inputSets).filter((input) => exists(model, input)),
    };
    return { ...model, stages: [...model.stages, stage] };
  },
  twin: (model, random) => {
    const stage = random.pick(model.stages);
    return { ...model, stages: [...model.stages, { ...stage, name: fresh(model, 'twin') }] };
  },
  remove: (model, random) => {
    if (model.stages.length < 3) return model;
    const gone = random.pick(model.stages).name;
    const stages = model.stages
      .filter(({ name }) => name !== gone)
      .map((stage) => ({
        ...stage,
        needs: Object.fromEntries(Object.entries(stage.needs).filter(([, source]) => source.stage !== gone)),
        after: stage.after.filter((name) => name !== gone),
      }));
    return { ...model, stages };
  },
  rename: (model, random) => {
    const old = random.pick(model.stages).name;
    const name = fresh(model, 'r');
    const renamed = (one: string) => (one === old ? name : one);
    const stages = model.stages.map((stage) => ({
      ...stage,
      name: renamed(stage.name),
      needs: Object.fromEntries(
        Object.entries(stage.needs).map(([port, source]) => [
          port,
          { ...source, stage: renamed(source.stage) },
        ]),
      ),
      after: stage.after.map(renamed),
    }));
    return { ...model, stages };
  },
  rewire: (model, random) =>
    changed(model, random, (stage, at) => ({ ...stage, needs: someNeeds(model, at, random) })),
  word: (model, random) => changed(model, random, (stage) => ({ ...stage, word: random.pick(words) })),
  env: (model, random) =>
    changed(model, random, (stage) => ({ ...stage, env: random.pick([null, '1', '2', '']) })),
  kind: (model, random) =>
    changed(model, random, (stage) => {
      const ports = (kind: ModelKind) => portsOf[kind].join();
      return { ...stage, kind: random.pick(kinds.filter((kind) => ports(kind) === ports(stage.kind))) };
    }),
  after: (model, random) =>
    changed(model, random, (stage, at) => ({
      ...stage,
      after: at === 0 || random.chance(0.4) ? [] : [random.pick(model.stages.slice(0, at)).name],
    })),
  inputs: (model, random) =>
    changed(model, random, (stage) => ({
      ...stage,
      inputs: random.pick(inputSets).filter((input) => exists(model, input)),
    })),
  contents: (model, random) =>
    withFile(model, random.pick(Object.keys(model.files)), (file) => ({
      ...file,
      contents: random.pick(texts),
    })),
  mode: (model, random) =>
    withFile(model, random.pick(Object.keys(model.files)), (file) => ({
      ...file,
      isExecutable: !file.isExecutable,
    })),
  fileAdd: (model, random) => ({
    ...model,
    files: {
      ...model.files,
      [random.pick(['data/new', 'data/deep/new', 'other/-dash', 'data/a b', 'single', 'data/a'])]: {
        contents: random.pick(texts),
        isExecutable: false,
      },
    },
  }),
  fileDelete: (model, random) => {
    const paths = Object.keys(model.files);
    if (paths.length < 3) return model;
    const gone = random.pick(paths);
    return {
      ...model,
      files: Object.fromEntries(Object.entries(model.files).filter(([path]) => path !== gone)),
    };
  },
  fileRename: (model, random) => {
    const [path, file] = random.pick(Object.entries(model.files));
    const other = random.pick(['data/z', 'data/deep/y', 'other/x', 'data/a']);
    const rest = Object.entries(model.files).filter(([name]) => name !== path && name !== other);
    return { ...model, files: Object.fromEntries([...rest, [other, file]]) };
  },
  nothing: (model) => ({ ...model, stages: [...model.stages] }),
} as const satisfies { readonly [name: string]: Edit };

function changed(model: Model, random: Random, change: (stage: ModelStage, at: number) => ModelStage): Model {
  const at = random.below(model.stages.length);
  return { ...model, stages: model.stages.map((stage, index) => (index === at ? change(stage, at) : stage)) };
}

function withFile(
  model: Model,
  path: string,
  change: (file: Model['files'][string]) => Model['files'][string],
): Model {
  return { ...model, files: { ...model.files, [path]: change(model.files[path]!) } };
}

function someNeeds({ stages }: Model, below: number, random: Random): ModelStage['needs'] {
  const earlier = stages.slice(0, below);
  if (earlier.length === 0) return {};
  return Object.fromEntries(
    Array.from({ length: random.below(3) }, (_, at) => {
      const { name, kind } = random.pick(earlier);
      return [`p${at}`, { stage: name, port: random.pick(portsOf[kind]) }];
    }),
  );
}

function exists({ files }: Model, input: string): boolean {
  return Object.keys(files).some((path) => path === input || path.startsWith(`${input}/`));
}

function fresh({ stages }: Model, prefix: string): string {
  let at = stages.length;
  while (stages.some(({ name }) => name === `${prefix}${at}`)) at++;
  return `${prefix}${at}`;
}
