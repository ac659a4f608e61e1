import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { disgraces, excerpt, pipeline } from './rig/command.ts';
import type { Ending } from './rig/command.ts';
import { onGround, projectBeside } from './rig/ground.ts';
import type { Ground } from './rig/ground.ts';
import { entries } from './rig/log.ts';
import { oddOutputs } from './rig/odd-outputs.ts';
import type { OddOutput } from './rig/odd-outputs.ts';
import { writePipeline } from './rig/pipeline-file.ts';
import { marked } from './rig/processes.ts';
import { roundsOf } from './rig/tally.ts';
import type { Round } from './rig/tally.ts';

/**
 * One odd output a round. It is kept, so that a consumer sees what was left, or refused by name, the same way twice; and
 * what a command left that exited with 0 is not lost.
 */
export const rounds = roundsOf((seed) => onGround('outputs', (ground) => left(ground, caseOf(seed))));

/** How many odd outputs there are; the seed of a round is its number. */
export const countOfOutputs = oddOutputs.length;

function caseOf(seed: number): OddOutput {
  return oddOutputs[seed % oddOutputs.length]!;
}

async function left(ground: Ground, odd: OddOutput): Promise<Round> {
  const isLong = process.env['PIPELINE_CHAOS'] === 'long';
  const ports = odd.outputs ?? ['o'];
  const body = `echo precious > out/keep\n${odd.body(ground, isLong)}`;
  const seen = join(ground.folder, 'seen');
  // A port of the consumer may not be named like a property either.
  const needs = Object.fromEntries([...ports, 'keep'].map((port, at) => [`p${at}`, `odd.${port}`]));
  const gathered = [...ports, 'keep'].map((port, at) => gather(`in/p${at}`, port)).join('; ');
  writePipeline(ground, {
    odd: { tag: 'odd', body, outputs: [...ports, 'keep'], inputs: ['input'], env: { CHAOS: ground.marker } },
    consumer: {
      tag: 'consumer',
      body: `mkdir all; ${gathered}; (cd all; ${listing([...ports, 'keep'])}) > ${seen} 2> /dev/null; echo 1 > out/o`,
      needs,
      outputs: ['o'],
    },
  });
  writeFileSync(join(ground.project, 'input'), 'input\n');
  writeFileSync(join(ground.project, 'big'), 'a big file of the user\n');
  // What must be refused, such as a link to /, would take long to list.
  const truth = odd.verdict === 'refused' ? '' : truthOf(ground, body, [...ports, 'keep']);

  const first = await pipeline(ground, ['run'], { seconds: 300 });
  const runs = entries(ground).filter(({ tag }) => tag === 'odd');
  const isDone = runs.some(({ sign }) => sign === '-');
  const isKept = first.code === 0;
  const survives = isKept || !isDone || isPreciousThere(ground);
  const firstSeen = read(seen);
  const logged = entries(ground).length;
  const second = await pipeline(ground, ['run'], { seconds: 300 });
  const ranAgain = entries(ground).length - logged;
  const logs = await pipeline(ground, ['logs', 'odd'], { seconds: 60 });
  const faults = [
    ...disgraces('the run', first),
    ...disgraces('the second run', second),
    ...disgraces('logs', logs),
    ...(first.code === 3
      ? [`exit 3 for what the command did: ${excerpt(first.error + first.out, /infra/)}`]
      : []),
    ...(survives ? [] : ['what the command left is lost']),
    ...verdictFaults(odd, first, second),
    ...(isKept && ranAgain > 0 ? ['kept, and run again'] : []),
    ...(runs.filter(({ sign }) => sign === '+').length > 1 ? [`ran ${runs.length} times in one run`] : []),
    ...(isKept && truth !== '' && odd.isUnsteady !== true && firstSeen !== truth
      ? [`the consumer sees other files: ${excerpt(firstSeen, /\S/)}; expected ${excerpt(truth, /\S/)}`]
      : []),
    ...(await userFaults(ground, isKept, seen, firstSeen)),
  ];
  const litter = marked(ground.marker).length;
  return {
    figures: {
      kept: isKept ? 1 : 0,
      refused: first.code === 1 ? 1 : 0,
      'exit 3': first.code === 3 ? 1 : 0,
      traces: faults.some((fault) => /trace|bug|hangs/.test(fault)) ? 1 : 0,
      lost: survives ? 0 : 1,
      'processes left': litter,
    },
    faults: faults.length === 0 ? [] : [odd.name, ...faults],
  };
}

function verdictFaults(odd: OddOutput, first: Ending, second: Ending): readonly string[] {
  const text = first.error + first.out;
  const code = (ending: Ending) => /error\[([^\]]+)\]/.exec(ending.error + ending.out)?.[1];
  return [
    ...(odd.verdict === 'kept' && first.code !== 0 ? [`is not kept: ${excerpt(text, /error|\S/)}`] : []),
    ...(odd.verdict === 'refused' && first.code === 0 ? ['is not refused'] : []),
    ...(first.code === 0 ? [] : unnamed(odd.named ?? 'o', text)),
    ...(first.code === second.code && code(first) === code(second)
      ? []
      : [
          `ends another way the second time: ${first.code} ${code(first)}, then ${second.code} ${code(second)}`,
        ]),
  ];
}

/** A refusal names the output, and the file in it, as words of their own. */
function unnamed(path: string, text: string): readonly string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && !new RegExp(`(^|[^\\w])${name}([^\\w]|$)`, 'm').test(text))
    .map((name) => `the refusal does not name ${name}: ${excerpt(text, /error|\S/)}`);
}

/** Puts an input where the command had it: a file by its name, or all of a folder. */
function gather(input: string, port: string): string {
  return `if [ -f ${input}/${port} ]; then cp -P ${input}/${port} all; else mkdir all/${port}; cp -RP ${input}/. all/${port}; fi`;
}

/** The user's files are as they were; and if the user changes them or the consumer runs again, the result is the same. */
async function userFaults(
  ground: Ground,
  isKept: boolean,
  seen: string,
  firstSeen: string,
): Promise<readonly string[]> {
  const big = join(ground.project, 'big');
  const faults: string[] = [];
  if (read(big) !== 'a big file of the user\n') faults.push('a file of the project has changed');
  if ((statSync(big).mode & 0o200) === 0) faults.push('a file of the project has become read-only');
  if (!isKept) return faults;
  writeFileSync(big, 'A BIG FILE OF THE USER\n');
  rmSync(seen, { force: true });
  const logged = entries(ground).length;
  const again = await pipeline(ground, ['run', 'consumer', '--force'], { seconds: 300 });
  const remade = entries(ground, logged).filter(({ sign, tag }) => sign === '+' && tag === 'odd').length;
  if (again.code !== 0) faults.push(`the consumer cannot run again: ${excerpt(again.error, /error|\S/)}`);
  else if (remade > 0) faults.push(`the kept output was damaged, and made ${remade} times again`);
  else if (read(seen) !== firstSeen) faults.push('the consumer sees other files the second time');
  return faults;
}

/** What the same command leaves in a folder of its own, without the product. */
function truthOf(ground: Ground, body: string, ports: readonly string[]): string {
  const { folder, project } = projectBeside(ground, 'truth');
  const here = join(project, 'work');
  mkdirSync(join(here, 'in', 'files'), { recursive: true });
  mkdirSync(join(here, 'out'));
  writeFileSync(join(here, 'in', 'files', 'input'), 'input\n');
  const shell = (command: string, cwd: string) =>
    execFileSync('sh', ['-c', command], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: here, CHAOS: `${folder}/truth` },
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1e9,
    }).toString('latin1');
  // Of no interest here: where the command writes its log, and whether it ends what it started.
  shell(`(sh -e -c '${body.replaceAll("'", "'\\''")}') > ${folder}/truth-log 2>&1 || true`, here);
  const list = existsSync(join(here, 'out'))
    ? shell(`(${listing(ports)}) 2> /dev/null || true`, join(here, 'out'))
    : '';
  execFileSync('sh', [
    '-c',
    'find "$1" -type d -exec chmod u+rwx {} + 2> /dev/null; rm -rf "$1"',
    'sh',
    project,
  ]);
  return list;
}

/** Names, contents and executable bits of everything that can be read as a file below these, links followed. */
function listing(ports: readonly string[]): string {
  const names = ports.map((port) => `./${port}`).join(' ');
  return [
    `find -L ${names} -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum -z`,
    `find -L ${names} -type f -perm -100 -print0 | LC_ALL=C sort -z`,
  ].join('; ');
}

/** Whether some file below .pipeline/ is the one that only the command made. */
function isPreciousThere({ project }: Ground): boolean {
  const found = spawnSync('grep', ['-rlx', 'precious', '.pipeline'], { cwd: project, encoding: 'latin1' });
  return found.stdout !== '';
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
}
