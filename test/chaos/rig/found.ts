import { disgraces } from './command.ts';
import type { Ending } from './command.ts';
import type { Fate, Forecast, Model } from './model.ts';
import type { Tree } from './tree.ts';
import { treeOfContents } from './tree.ts';

/** A fault after an edit: the figure under which it counts, and a sentence. */
export type Found = readonly [
  figure: 'stale' | 'needless' | 'not run' | 'plan wrong' | 'restless' | 'traces',
  sentence: string,
];

/** Compares what `plan --json` printed with the forecasts of the model. */
export function planFaults(planned: Ending, foreseen: ReadonlyMap<string, Forecast>): readonly Found[] {
  const said = new Map(
    planned.out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { readonly type: string; readonly action?: string })
      .flatMap(({ type, action }) => (action === undefined ? [] : [[action, type] as const])),
  );
  const wrong = [...new Set([...said.keys(), ...foreseen.keys()])].filter(
    (name) => said.get(name) !== foreseen.get(name),
  );
  return wrong.map((name) => [
    'plan wrong',
    `plan says ${said.get(name) ?? 'nothing'} of ${name} instead of ${foreseen.get(name) ?? 'nothing'}`,
  ]);
}

/** The tags of all commands that must run: one per key. */
export function expectedTags(model: Model, fates: ReadonlyMap<string, Fate>): readonly string[] {
  const keys = new Map(
    model.stages.flatMap(({ name, tag }) => {
      const fate = fates.get(name);
      const runs = fate?.verdict === 'ran' || fate?.verdict === 'failed';
      return runs && fate.key !== null ? [[fate.key, tag] as const] : [];
    }),
  );
  return [...keys.values()];
}

/** A fault for each command that ran needlessly, or did not run. */
export function compareTags(
  label: string,
  ran: readonly string[],
  expected: readonly string[],
): readonly Found[] {
  const extra = without(ran, expected);
  const lacking = without(expected, ran);
  return [
    ...extra.map((tag) => ['needless', `${label} runs ${tag} needlessly`] as const),
    ...lacking.map((tag) => ['not run', `${label} does not run ${tag}`] as const),
  ];
}

/** The elements of a list that are left when those of another are taken out, one by one. */
function without(list: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return list.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The tree that a look at these stages must give. */
export function modelTree(names: readonly string[], fates: ReadonlyMap<string, Fate>): Tree {
  return treeOfContents(
    names.flatMap((name) =>
      Object.entries(fates.get(name)!.outputs!).flatMap(([port, artifact]) =>
        Object.entries(artifact).map(([path, file]) => [`${name}-${port}/${path}`, file] as const),
      ),
    ),
  );
}

/** What no command may print, as faults. */
export function traces(name: string, ending: Ending): readonly Found[] {
  return disgraces(name, ending).map((sentence) => ['traces', sentence] as const);
}
