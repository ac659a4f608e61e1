import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { boardType } from '../../boards/data.ts';
import { problem } from '../../base/diagnostic.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { jsonLine } from '../../reporters/json.ts';
import { harmlessLine } from '../../reporters/style.ts';
import type { Fact, SeenFact } from '../../toolchain/contact/pack.ts';
import { compareFacts, packLeft, readLeft } from '../../toolchain/contact/pack.ts';
import { scrubber } from '../../toolchain/contact/scrub.ts';
import { toolchainHome } from '../../toolchain/home.ts';
import type { WrittenTools } from '../../toolchain/tools.ts';
import { findVendorTools } from '../../toolchain/vivado.ts';
import { lookAtAll } from '../doctor.ts';
import type { Environment } from '../environment.ts';
import { readEnvironment } from '../environment.ts';
import { interruptible } from '../interrupt.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { refuse, show } from '../options.ts';
import { ownFile } from '../own-file.ts';
import { pipelineFile } from '../../core/state/layout.ts';
import { openProject, openProjectIfAny } from '../project.ts';
import { vendorVariables } from '../vivado-support.ts';
import type { Build } from './tiny-project.ts';
import { writeTinyProject } from './tiny-project.ts';
import { runTiny } from './run-tiny.ts';

/**
 * `pipeline doctor --synthesise`: builds the smallest network with the Vivado and for the board of the project in the folder,
 * or with the Vivado on PATH for a Zedboard; compares what is left with docs/facts.md, and packs it, without names of this
 * machine, into an archive in the folder. A build that failed is packed too.
 */
export async function synthesise(options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const opened = await openProjectIfAny(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  return interruptible((signal) => synthesiseWith(opened.value?.plan ?? null, environment, isJson, signal));
}

async function synthesiseWith(
  plan: Plan | null,
  environment: Environment,
  isJson: boolean,
  signal: AbortSignal,
): Promise<ExitCode> {
  const build = await buildFor(plan, environment, signal);
  if (signal.aborted) return 130;
  if (build === null) return refuse([noVivado], isJson, environment);
  // Not in /tmp, which may be in memory: a build takes much room.
  const place = mkdtempSync(join(environment.project, '.first-contact-'));
  try {
    return await buildAndPack(build, place, environment, isJson, signal);
  } finally {
    removeTree(place);
  }
}

const noVivado = problem('vivado/not-found', 'there is no vivado on PATH that reports its version', {
  hint: 'put its bin folder on PATH, as its settings64.sh does, or name it in tools: {vivado: {path: [DIR]}}',
});

async function buildFor(
  plan: Plan | null,
  environment: Environment,
  signal: AbortSignal,
): Promise<Build | null> {
  const tools = plan?.tools ?? {};
  const { vivado } = await findVendorTools(vendorVariables(tools, environment), signal);
  if (vivado === null || vivado.version === null) return null;
  const board = plan?.cluster[0]?.type ?? plan?.target.board ?? 'zedboard';
  const boardPart = plan?.target.board === board ? plan.boardPart : null;
  return { board, boardPart, version: vivado.version, origin: environment.project, tools };
}

async function buildAndPack(
  build: Build,
  place: string,
  environment: Environment,
  isJson: boolean,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { out, now, variables } = environment;
  const [folder, kept, packed] = ['project', 'kept', 'packed'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [folder, kept, packed]) mkdirSync(each);
  writeTinyProject(folder, build);
  const there = { ...environment, project: folder, file: pipelineFile };
  const project = await openProject(there, {});
  if (!project.ok) return refuse(project.diagnostics, isJson, environment);
  // What would stop the build is found in seconds.
  if ((await lookAtAll(project.value, there, isJson, signal)) > 0) return 1;
  const ran = await runTiny(project.value, there, isJson, kept, signal);
  if (!ran.ok) return refuse(ran.diagnostics, isJson, environment);
  const { outcome, isStandIn } = ran.value;
  if (outcome === 'interrupted') return 130;

  const { board, version } = build;
  const left = readLeft(kept, { board, part: boardType(board).part, version });
  const facts = compareFacts(knownFacts(), left);
  const name = ['first-contact', board, version, ...(isStandIn ? ['STAND-IN'] : []), timeOf(now())].join('-');
  const archive = join(environment.project, `${name}.tar.gz`);
  const about = { format: 1, isStandIn, outcome, board, vivado: version, rows: facts };
  const wrong = await packLeft(left, about, scrubber(namesOf(place, build, environment)), {
    ...{ directory: packed, archive, variables },
  });
  if (wrong !== null) {
    show([wrong], isJson, environment);
    return 3;
  }
  const summary = { outcome, isStandIn, archive, ...countsOf(facts) };
  if (isJson) out.write(jsonLine({ type: 'contact-finished', ...summary, rows: facts }));
  else out.write(shown(summary, facts));
  return outcome === 'ok' ? 0 : 1;
}

/** The rows of docs/facts.md, as the build of this program lists them. */
function knownFacts(): { readonly [row: string]: Fact } {
  return JSON.parse(readFileSync(ownFile('facts.json'), 'utf8')) as { readonly [row: string]: Fact };
}

function countsOf(facts: { readonly [row: string]: SeenFact }) {
  const count = (verdict: SeenFact['verdict']): number =>
    Object.values(facts).filter((fact) => fact.verdict === verdict).length;
  return { seen: count('seen'), contradicted: count('contradicted'), notSeen: count('not seen') };
}

function shown(
  {
    isStandIn,
    archive,
    seen,
    contradicted,
    notSeen,
  }: ReturnType<typeof countsOf> & { readonly isStandIn: boolean; readonly archive: string },
  facts: { readonly [row: string]: SeenFact },
): string {
  const lines = Object.entries(facts)
    .filter(([, { verdict }]) => verdict === 'contradicted')
    .map(([row, { belief, what }]) => `  ${row}: seen "${harmlessLine(what)}", believed "${belief}"\n`);
  const mark = isStandIn ? 'STAND-IN, which shows nothing about Vivado: ' : '';
  return `${mark}of docs/facts.md ${seen} rows seen, ${contradicted} contradicted, ${notSeen} not seen\n${lines.join('')}packed without names of this machine: ${archive}\n`;
}

/** Names of this machine and its user that logs of the tools hold. */
function namesOf(place: string, { tools, origin }: Build, { home, variables }: Environment) {
  const { finn = {}, vivado = {} } = tools as WrittenTools;
  const given = [finn.deps, variables['FINN_DEPS'], vivado.boards, finn.python].flatMap((path) =>
    path === undefined ? [] : [[resolve(origin, path), '/given'] as const],
  );
  const programs = (vivado.path ?? []).map((path) => [resolve(origin, path), '/vivado'] as const);
  const licences = ['XILINXD_LICENSE_FILE', 'LM_LICENSE_FILE'].flatMap((name) =>
    (variables[name] ?? '').split(':').filter((entry) => entry !== ''),
  );
  const own = [
    [place, '/work'],
    [origin, '/project'],
    [home, '/home/user'],
  ] as const;
  return {
    folders: [
      ...own,
      // Some tools resolve links.
      ...own.flatMap(([path, instead]) => (existsSync(path) ? [[realpathSync(path), instead] as const] : [])),
      [dirname(toolchainHome(variables, home)), '/toolchain'] as const,
      ...given,
      ...programs,
    ],
    user: userInfo().username,
    host: hostname(),
    secrets: licences,
  };
}

/** `20261127-0803`, in UTC. */
function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
}
