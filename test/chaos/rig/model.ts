import { createHash } from 'node:crypto';
import type { ShellStage } from './pipeline-file.ts';

/** A stage whose command this file can compute as well as the shell. */
export interface ModelStage {
  readonly name: string;
  /** Stays when the stage is renamed; twins share it. */
  readonly tag: string;
  readonly kind: ModelKind;
  readonly word: string;
  readonly env: string | null;
  readonly needs: { readonly [port: string]: Source };
  readonly after: readonly string[];
  readonly inputs: readonly string[];
}

interface Source {
  readonly stage: string;
  readonly port: string;
}

export type ModelKind = 'full' | 'folder' | 'parity' | 'constant' | 'pair' | 'picky';

/** A file of the project. */
export interface ModelFile {
  readonly contents: string;
  readonly isExecutable: boolean;
}

/** A pipeline, whose stages need only earlier ones, and the files of its project. */
export interface Model {
  readonly stages: readonly ModelStage[];
  readonly files: { readonly [path: string]: ModelFile };
}

/** By path from the folder where a command finds it. */
export type Artifact = { readonly [path: string]: ModelFile };

/** What became of a stage: `missing` lacks a file of the project. */
export interface Fate {
  readonly verdict: 'up-to-date' | 'ran' | 'failed' | 'missing' | 'blocked';
  readonly key: string | null;
  readonly outputs: { readonly [port: string]: Artifact } | null;
}

/** Whether a key is known before anything runs, and if so, whether it has a result. */
export type Forecast = 'up-to-date' | 'would-run' | 'may-run' | 'would-fail';

/** The names of outputs of a kind. */
export const portsOf: { readonly [kind in ModelKind]: readonly string[] } = {
  full: ['o'],
  folder: ['d'],
  parity: ['o'],
  constant: ['o'],
  pair: ['o', 'q'],
  picky: ['o'],
};

/**
 * What a run of these targets must do, given the keys that have a result: by our own idea of what enters a key, not the
 * product's. Adds the keys of what succeeds to `known`. Targets that are forced run whatever is known, but once per key.
 */
export function build(
  model: Model,
  known: Set<string>,
  targets: readonly string[],
  forced: readonly string[] = [],
): ReadonlyMap<string, Fate> {
  const selected = withAncestors(model, targets);
  const fates = new Map<string, Fate>();
  const fresh = new Set<string>();
  for (const stage of model.stages.filter(({ name }) => selected.has(name))) {
    const others = [...Object.values(stage.needs).map((source) => source.stage), ...stage.after];
    const isBlocked = others.some((name) => !isWell(fates.get(name)));
    const inputs = isBlocked ? null : inputsOf(model, stage, fates);
    if (inputs === null) {
      fates.set(stage.name, { verdict: isBlocked ? 'blocked' : 'missing', key: null, outputs: null });
      continue;
    }
    const key = keyOf(stage, inputs);
    const isKnown = known.has(key) && (!forced.includes(stage.name) || fresh.has(key));
    const outputs = outputsOf(stage, inputs);
    if (outputs !== null) known.add(key);
    fresh.add(key);
    fates.set(stage.name, {
      verdict: isKnown ? 'up-to-date' : outputs === null ? 'failed' : 'ran',
      key,
      outputs,
    });
  }
  return fates;
}

/** What `plan` must say of each stage; it says nothing of those behind one that would fail. */
export function forecast(
  model: Model,
  known: ReadonlySet<string>,
  targets: readonly string[],
): ReadonlyMap<string, Forecast> {
  const fates = build(model, new Set(known), targets);
  const forecasts = new Map<string, Forecast>();
  for (const { name, needs, after } of model.stages.filter((stage) => fates.has(stage.name))) {
    // A stage in `after` that has to run may fail, and is then in the way as one that is needed.
    const before = [...Object.values(needs).map(({ stage }) => stage), ...after].map((one) =>
      forecasts.get(one),
    );
    if (before.some((one) => one === undefined || one === 'would-fail')) continue;
    const isOpen = before.some((one) => one !== 'up-to-date');
    const { verdict, key } = fates.get(name)!;
    const isKnown = key !== null && known.has(key);
    forecasts.set(
      name,
      isOpen ? 'may-run' : verdict === 'missing' ? 'would-fail' : isKnown ? 'up-to-date' : 'would-run',
    );
  }
  return forecasts;
}

/** The stage as it is written into pipeline.yaml. */
export function shellStage({ tag, kind, word, env, needs, after, inputs }: ModelStage): ShellStage {
  return {
    tag,
    body: bodies[kind](word),
    outputs: portsOf[kind],
    needs: Object.fromEntries(
      Object.entries(needs).map(([port, { stage, port: from }]) => [port, `${stage}.${from}`]),
    ),
    after,
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(env === null ? {} : { env: { P: env } }),
  };
}

/** The stages that take part in a run of these targets, in order. */
export function withAncestors({ stages }: Model, targets: readonly string[]): ReadonlySet<string> {
  const selected = new Set(targets);
  for (const { name, needs, after } of [...stages].reverse())
    if (selected.has(name))
      for (const other of [...Object.values(needs).map(({ stage }) => stage), ...after]) selected.add(other);
  return selected;
}

const listing =
  '(cd in; find . -type f ! -path ./params.json | LC_ALL=C sort | while read -r f; do x=-; if [ -x "$f" ]; then x=x; fi; echo "$f $x $(sha256sum < "$f" | cut -c1-64)"; done)';

const bodies: { readonly [kind in ModelKind]: (word: string) => string } = {
  full: (word) => `{ echo ${word} "$P"; ${listing}; } > out/o`,
  folder: (word) =>
    `mkdir -p out/d/deep; ${listing} > out/d/${word}.txt; echo ${word} "$P" > out/d/deep/run; chmod 755 out/d/deep/run`,
  parity: () =>
    `case $( ${listing} | sha256sum | cut -c1) in [02468ace]) echo even > out/o;; *) echo odd > out/o;; esac`,
  constant: (word) => `echo ${word} > out/o`,
  pair: (word) => `${listing} > out/o; echo ${word} > out/q`,
  picky: (word) => `if grep -rq poison in; then exit 4; fi; { echo ${word} "$P"; ${listing}; } > out/o`,
};

type Inputs = { readonly [path: string]: ModelFile };

/** Everything that the command finds in in/, but for the file that is there for every command. */
function inputsOf(
  model: Model,
  { needs, inputs }: ModelStage,
  fates: ReadonlyMap<string, Fate>,
): Inputs | null {
  const found: [string, ModelFile][] = [];
  for (const input of inputs) {
    const below = Object.entries(model.files).filter(
      ([path]) => path === input || path.startsWith(`${input}/`),
    );
    if (below.length === 0) return null;
    found.push(...below.map(([path, file]) => [`./files/${path}`, file] as [string, ModelFile]));
  }
  for (const [port, { stage, port: from }] of Object.entries(needs))
    for (const [path, file] of Object.entries(fates.get(stage)!.outputs![from]!))
      found.push([`./${port}/${path}`, file]);
  return Object.fromEntries(found);
}

function outputsOf(
  { kind, word, env }: ModelStage,
  inputs: Inputs,
): { readonly [port: string]: Artifact } | null {
  const list = Object.entries(inputs)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, { contents, isExecutable }]) => `${path} ${isExecutable ? 'x' : '-'} ${sha256(contents)}\n`)
    .join('');
  const head = `${word} ${env ?? ''}\n`;
  const plain = (contents: string): ModelFile => ({ contents, isExecutable: false });
  switch (kind) {
    case 'full':
      return { o: { o: plain(head + list) } };
    case 'folder':
      return { d: { [`${word}.txt`]: plain(list), 'deep/run': { contents: head, isExecutable: true } } };
    case 'parity':
      return { o: { o: plain(/^[02468ace]/.test(sha256(list)) ? 'even\n' : 'odd\n') } };
    case 'constant':
      return { o: { o: plain(`${word}\n`) } };
    case 'pair':
      return { o: { o: plain(list) }, q: { q: plain(`${word}\n`) } };
    case 'picky':
      if (Object.values(inputs).some(({ contents }) => contents.includes('poison'))) return null;
      return { o: { o: plain(head + list) } };
  }
}

/** Two actions with the same key are the same work: what is run, with which environment, on which bytes under which names. */
function keyOf({ tag, kind, word, env }: ModelStage, inputs: Inputs): string {
  return sha256(JSON.stringify([tag, bodies[kind](word), env, Object.entries(inputs).sort(), portsOf[kind]]));
}

function isWell(fate: Fate | undefined): boolean {
  return fate?.verdict === 'up-to-date' || fate?.verdict === 'ran';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
