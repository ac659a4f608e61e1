import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { excerpt, pipeline } from './rig/command.ts';
import { edited, firstModel } from './rig/edits.ts';
import { compareTags, expectedTags, modelTree, planFaults, traces } from './rig/found.ts';
import type { Found } from './rig/found.ts';
import { onGround, projectBeside } from './rig/ground.ts';
import type { Ground } from './rig/ground.ts';
import { begun, entries } from './rig/log.ts';
import { build, forecast, shellStage, withAncestors } from './rig/model.ts';
import type { Fate, Model } from './rig/model.ts';
import { writeFiles } from './rig/model-project.ts';
import { networkRound } from './rig/network.ts';
import { lookAt, pipelineText, writePipeline } from './rig/pipeline-file.ts';
import { randomOf } from './rig/random.ts';
import type { Random } from './rig/random.ts';
import { roundsOf } from './rig/tally.ts';
import type { Round } from './rig/tally.ts';
import { differences } from './rig/tree.ts';

/** Edits of one round. */
export const editsOfRound = 8;

/**
 * Eight random edits of a pipeline and its files, each followed by plan, run and run: exactly what our own model of the keys
 * expects may run, `plan` must foresee it, the second run must do nothing, and the results must equal those of the model and
 * of a build from an empty cache elsewhere. Every eighth round edits a split network instead.
 */
export const rounds = roundsOf((seed) =>
  onGround('edits', (ground) => (seed % 8 === 7 ? networkRound(ground, seed) : editRound(ground, seed))),
);

async function editRound(ground: Ground, seed: number): Promise<Round> {
  const random = randomOf(seed);
  const known = new Set<string>();
  const faults: string[] = [];
  const figures = { edits: 0, stale: 0, needless: 0, 'not run': 0, 'plan wrong': 0, restless: 0, traces: 0 };
  let model = firstModel(random);
  let names = 'first';
  writeFiles(ground, { stages: [], files: {} }, model, random);
  for (let at = 0; at <= editsOfRound; at++) {
    const found = await afterEdit(ground, model, known, random);
    figures.edits += 1;
    for (const [figure, sentence] of found) {
      figures[figure] += 1;
      faults.push(`edit ${at} (${names}): ${sentence}`);
    }
    const next = edited(model, random);
    const more = random.chance(0.3) ? edited(next.model, random) : null;
    names = [next.name, ...(more === null ? [] : [more.name])].join(', ');
    const after = (more ?? next).model;
    writeFiles(ground, model, after, random);
    model = after;
  }
  return { figures, faults };
}

async function afterEdit(
  ground: Ground,
  model: Model,
  known: Set<string>,
  random: Random,
): Promise<readonly Found[]> {
  const all = model.stages.map(({ name }) => name);
  const targets = random.chance(0.7) ? all : [random.pick(all)];
  const args = targets === all ? [] : targets;
  const mode = random.pick(['run', 'run', 'run', 'run', 'force', 'only']);
  const found: Found[] = [];

  const planned = await pipeline(ground, ['plan', '--json', ...args]);
  const foreseen = forecast(model, known, targets);
  found.push(...traces('plan', planned), ...planFaults(planned, foreseen));

  if (mode === 'only' && args.length > 0) found.push(...(await onlyFaults(ground, model, known, targets)));
  const forced = mode === 'force' && args.length > 0 ? targets : [];
  const extra = forced.length > 0 ? ['--force'] : [];
  found.push(
    ...(await runFaults(ground, ['run', '-j', `${1 + random.below(4)}`, ...args, ...extra], model, () =>
      build(model, known, targets, forced),
    )),
  );

  const before = entries(ground).length;
  const second = await pipeline(ground, ['run', ...args]);
  const again = begun(ground, before);
  const failing = [...build(model, new Set(known), targets).values()].filter(
    ({ verdict }) => verdict === 'failed',
  );
  found.push(...traces('the second run', second));
  if (failing.length === 0 && again.length > 0)
    found.push(['restless', `a second run runs ${again.join(' ')}`]);
  found.push(...(await resultFaults(ground, model, known, random)));
  return found;
}

/** Runs, and compares what ran with the fates that the model foresees. */
async function runFaults(
  ground: Ground,
  args: readonly string[],
  model: Model,
  fatesNow: () => ReadonlyMap<string, Fate>,
): Promise<readonly Found[]> {
  const before = entries(ground).length;
  const ending = await pipeline(ground, args);
  const fates = fatesNow();
  const expected = expectedTags(model, fates);
  const code = [...fates.values()].every(({ verdict }) => verdict === 'ran' || verdict === 'up-to-date')
    ? 0
    : 1;
  const label = args.join(' ');
  return [
    ...traces(label, ending),
    ...(ending.code === code
      ? []
      : [
          [
            'not run',
            `${label} exits with ${ending.code} instead of ${code}: ${excerpt(ending.error + ending.out, /error\[|\S/)}`,
          ] as const,
        ]),
    ...compareTags(label, begun(ground, before), expected),
  ];
}

async function onlyFaults(
  ground: Ground,
  model: Model,
  known: Set<string>,
  targets: readonly string[],
): Promise<readonly Found[]> {
  const fates = build(model, new Set(known), targets);
  const needed = [...withAncestors(model, targets)].filter((name) => !targets.includes(name));
  const isReady = needed.every((name) => fates.get(name)!.verdict === 'up-to-date');
  if (isReady)
    return runFaults(ground, ['run', '--only', ...targets], model, () => build(model, known, targets));
  const before = entries(ground).length;
  const ending = await pipeline(ground, ['run', '--only', ...targets]);
  const ran = begun(ground, before);
  return [
    ...traces('run --only', ending),
    ...(ran.length === 0
      ? []
      : [
          [
            'needless',
            `--only ran ${ran.join(' ')} though ${needed.join(' ')} are not all up to date`,
          ] as const,
        ]),
    ...(ending.code === 0
      ? [['not run', '--only is well although something is not up to date'] as const]
      : []),
  ];
}

/** Compares the results in the project, of a build from an empty cache elsewhere, and of the model. */
async function resultFaults(
  ground: Ground,
  model: Model,
  known: Set<string>,
  random: Random,
): Promise<readonly Found[]> {
  const all = model.stages.map(({ name }) => name);
  const fates = build(model, new Set(known), all);
  const well = all.filter((name) => ['ran', 'up-to-date'].includes(fates.get(name)!.verdict));
  if (well.length === 0) return [];
  // A stage that fails would block the look at all others.
  const text = pipelineText(ground);
  const stages = Object.fromEntries(model.stages.map((stage) => [stage.name, shellStage(stage)]));
  writePipeline(ground, stages, {}, well);
  const before = entries(ground).length;
  const seen = await lookAt(ground);
  const found: Found[] = [];
  if (!('tree' in seen))
    found.push([
      'stale',
      `the results cannot be seen: ${excerpt(seen.ending.error + seen.ending.out, /error\[|\S/)}`,
    ]);
  const looked = build(model, known, well);
  found.push(...compareTags('a run of the rest', begun(ground, before), expectedTags(model, looked)));

  const elsewhere = projectBeside(ground, random.pick(['else', 'another/place', 'a b']));
  writeFiles(elsewhere, { stages: [], files: {} }, model, random);
  writePipeline(elsewhere, stages, {}, well);
  const from = entries(ground).length;
  const fresh = await lookAt(elsewhere, {
    through: ['sh', '-c', `umask ${random.pick(['022', '077', '002', '027'])}; exec "$@"`, 'sh'],
    env: {
      TZ: random.pick(['Asia/Tokyo', 'UTC', 'America/Lima']),
      LANG: random.pick(['C', 'de_DE.UTF-8', 'tr_TR']),
      LC_ALL: 'C',
    },
    jobs: random.pick([1, 3, 8]),
  });
  if (!('tree' in fresh))
    found.push([
      'stale',
      `elsewhere it does not build: ${excerpt(fresh.ending.error + fresh.ending.out, /error\[|\S/)}`,
    ]);
  found.push(
    ...compareTags('elsewhere', begun(ground, from), expectedTags(model, build(model, new Set(), well))),
  );
  rmSync(elsewhere.project, { recursive: true });
  const expected = modelTree(well, looked);
  for (const [where, look] of [
    ['here', seen],
    ['elsewhere', fresh],
  ] as const)
    if ('tree' in look)
      for (const difference of differences(look.tree, expected))
        found.push(['stale', `${where} ${difference}`]);
  writeFileSync(join(ground.project, 'pipeline.yaml'), text);
  return found;
}
