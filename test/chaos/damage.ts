import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { disgraces, excerpt, pipeline } from './rig/command.ts';
import type { Ending } from './rig/command.ts';
import { damage } from './rig/damage.ts';
import type { Ground } from './rig/ground.ts';
import { begun, entries } from './rig/log.ts';
import { confined } from './rig/namespace.ts';
import { lookAt } from './rig/pipeline-file.ts';
import { randomOf } from './rig/random.ts';
import type { Random } from './rig/random.ts';
import { roundsOf } from './rig/tally.ts';
import type { Round, Tally } from './rig/tally.ts';
import { closeTemplates, openTemplates, restore, templateNames, vary } from './rig/templates.ts';
import type { Template } from './rig/templates.ts';
import { differences, treeOf } from './rig/tree.ts';

/**
 * Damages one file of the state of a finished, killed or failed project, then runs. No other command than those of
 * pipeline.yaml may run, no result may be wrong, the project must build again with at most one more run, and no command may
 * end with a trace.
 */
export async function rounds(seed: number, count: number): Promise<Tally> {
  const templates = await openTemplates();
  try {
    return await roundsOf((at) => damaged(templates, at))(seed, count);
  } finally {
    closeTemplates(templates);
  }
}

async function damaged(templates: readonly Template[], seed: number): Promise<Round> {
  const random = randomOf(seed);
  const name = random.pick(templateNames);
  const template = templates.find((one) => one.name === name)!;
  const { ground } = template;
  restore(template);
  const done = damage(ground.project, random);
  const variant = vary(template, random.pick(['none', 'none', 'body', 'file']));
  const around = surroundings(ground);

  const logged = entries(ground).length;

  const questions = asked(random);
  const early = random.below(questions.length + 1);
  const faults: string[] = [];
  const ask = async (from: number, to: number): Promise<void> => {
    for (const question of questions.slice(from, to))
      faults.push(...disgraces(question[0]!, await run(ground, question)));
  };
  await ask(0, early);
  const first = await run(ground, ['run']);
  const second = first.code === 0 ? first : await run(ground, ['run']);
  const rebuilt = begun(ground, logged).length;
  await ask(early, questions.length);
  faults.push(...disgraces('the run', first));
  if (second !== first) faults.push(...disgraces('the run after it', second));

  // The cuts are the user's file: they may be refused, by name, or be other cuts.
  const isLock = done.path === 'pipeline.lock';
  const isRefused = isLock && second.code === 2 && (second.error + second.out).includes('pipeline.lock');
  const isStuck = second.code !== 0 && !isRefused;
  if (isStuck) faults.push(`stuck: exit ${second.code}, ${excerpt(second.error + second.out, /\S/)}`);
  const wrong = isStuck || isRefused ? [] : isLock ? [] : await wrongResults(ground, variant.expected);
  const cluster = name === 'cluster' && !isStuck && !isRefused ? await boardsAgain(ground) : [];
  const others = entries(ground, logged).filter(
    ({ sign, tag, what }) => sign === '+' && !variant.allowed.has(`${tag} ${what}`),
  );
  const litter = surroundings(ground).filter(
    (path) => !around.includes(path) && path !== 'project/pipeline.lock' && path !== 'project/.pipeline',
  );
  faults.push(
    ...wrong,
    ...cluster,
    ...others.map(({ tag }) => `another command ran as ${tag}`),
    ...litter.map((path) => `there is a new ${path}`),
  );
  variant.undo();
  return {
    figures: {
      [`of ${name}`]: 1,
      traces: faults.filter((fault) => /trace|bug|exits with|hangs/.test(fault)).length > 0 ? 1 : 0,
      'other command': others.length + litter.length > 0 ? 1 : 0,
      wrong: wrong.length > 0 ? 1 : 0,
      stuck: isStuck || cluster.length > 0 ? 1 : 0,
      'second run needed': second === first ? 0 : 1,
      'rebuilt something': rebuilt > 0 && variant.name === 'none' ? 1 : 0,
    },
    faults: faults.length === 0 ? [] : [`${name}, ${variant.name}; ${done.what}`, ...faults],
  };
}

/** Every command that only reads, and gc with room for everything, each once, in a random order. */
function asked(random: Random): readonly (readonly string[])[] {
  const left: (readonly string[])[] = [
    ['status'],
    ['plan'],
    ['why', 'tail'],
    ['logs', 'tail'],
    ['gc', '--max-size', '10G'],
  ];
  const order: (readonly string[])[] = [];
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1));
  return order;
}

function run(ground: Ground, args: readonly string[]): Promise<Ending> {
  return pipeline(ground, args, { through: confined, seconds: 40 });
}

async function wrongResults(
  ground: Ground,
  expected: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const seen = await lookAt(ground, { through: confined, seconds: 40 });
  if (!('tree' in seen)) return [`the results cannot be seen: ${excerpt(seen.ending.error, /\S/)}`];
  return differences(seen.tree, expected).map((what) => `wrong result: ${what}`);
}

/** The boards' own state is a copy of nothing: if it is damaged, deploying again must help. */
async function boardsAgain(ground: Ground): Promise<readonly string[]> {
  const smoke = await run(ground, ['run', 'smoke', '--force']);
  if (smoke.code === 0) return [];
  const deploy = await run(ground, ['run', 'deploy', '--force']);
  const again = await run(ground, ['run', 'smoke', '--force']);
  return [
    ...disgraces('smoke', smoke),
    ...disgraces('deploy', deploy),
    ...disgraces('smoke again', again),
    ...(again.code === 0
      ? []
      : [`stuck boards: exit ${again.code}, ${excerpt(deploy.error + again.error, /\S/)}`]),
  ];
}

/** What is beside the project and in it, at the top, and the user's files: nothing may appear there or change. */
function surroundings({ folder, project }: Ground): readonly string[] {
  return [
    ...readdirSync(folder).filter((name) => name !== 'seen'),
    ...readdirSync(project).map((name) => join('project', name)),
    ...Object.entries(treeOf(join(project, 'data'))).map(([path, digest]) => `${path} of ${digest}`),
  ];
}
