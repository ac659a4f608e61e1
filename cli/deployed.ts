import { defined } from '../base/defined.ts';
import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { nameHint } from '../base/suggest.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { upstreamOf } from '../core/contracts/plan.ts';
import { openLedger } from '../core/state/ledger.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';
import type { Results } from './up-to-date.ts';
import { resultsOf } from './up-to-date.ts';

/** The network that the boards hold. */
export interface DeployedNetwork {
  readonly receipts: readonly { readonly name: string; readonly text: string }[];
  /** The files of its host part. */
  readonly host: readonly { readonly path: string; readonly bytes: Buffer }[];
  /** Names of its classes, from the smoke stage that checks it. */
  readonly classes: readonly string[];
}

/** What the last run of a deploy stage put on the boards; fails if that is not what pipeline.yaml describes now. */
export async function deployedNetwork(
  named: string | undefined,
  project: Project,
  environment: Environment,
): Promise<Result<DeployedNetwork>> {
  const { plan, layout } = project;
  const deploy = deployStage(named, plan);
  if (!deploy.ok) return deploy;
  const { name } = deploy.value;
  const [source, ...others] = [...above(deploy.value, plan)].filter(({ kind }) => kind === 'finn/preprocess');
  if (source === undefined || others.length > 0)
    return failure(
      problem('infer/no-host-part', `${name} deploys no network of one finn/preprocess stage`, {
        hint: 'infer takes what runs on the host from that stage',
      }),
    );
  const results = await resultsOf([name, source.name], project, environment);
  if (results !== null) return success(await readNetwork(results, name, source.name, plan));
  const isDeployed = openLedger(layout, null)
    .labels()
    .some((label) => label === name || label.startsWith(`${name}/`));
  return failure(
    isDeployed
      ? problem('infer/not-up-to-date', `${name} is not up to date: the boards may hold another network`, {
          hint: `pipeline run ${name} brings them up to date; pipeline plan ${name} says what has changed`,
        })
      : problem('infer/not-deployed', 'nothing is deployed', { hint: `run it first: pipeline run ${name}` }),
  );
}

async function readNetwork(
  { labelsOf, filesOf, read }: Results,
  deploy: string,
  source: string,
  plan: Plan,
): Promise<DeployedNetwork> {
  const bytesOf = async (label: string, port: string, path: string): Promise<Buffer> =>
    defined(await read(label, port, path), `${label} has made ${path}`);
  const receipts = labelsOf(deploy).map(async (label) => ({
    name: label,
    text: String(await bytesOf(label, 'receipt', 'receipt.json')),
  }));
  const host = filesOf(source, 'host').map(async (path) => ({
    path,
    bytes: await bytesOf(source, 'host', path),
  }));
  const smoke = plan.stages.find(
    ({ kind, needs, params }) =>
      kind === 'smoke' && needs['deployed']?.stage === deploy && 'classes' in params,
  );
  return {
    receipts: await Promise.all(receipts),
    host: await Promise.all(host),
    classes: (smoke?.params['classes'] ?? []) as readonly string[],
  };
}

function deployStage(named: string | undefined, { stages }: Plan): Result<PlannedStage> {
  const all = stages.filter(({ kind }) => kind === 'deploy');
  const [first, second] = named === undefined ? all : all.filter(({ name }) => name === named);
  if (first !== undefined && second === undefined) return success(first);
  const names = all.map(({ name }) => name);
  if (named !== undefined)
    return failure(
      problem('usage/unknown-target', `there is no deploy stage "${named}"`, {
        hint: nameHint(named, names),
      }),
    );
  return failure(
    first === undefined
      ? problem('usage/nothing-to-infer', 'no stage deploys to boards', {
          hint: 'add a stage of kind deploy',
        })
      : problem('usage/which-stage', 'several stages deploy', {
          hint: `name one with --stage: ${names.join(', ')}`,
        }),
  );
}

/** The stages that a stage is made from, directly or not. */
function above(stage: PlannedStage, { stages }: Plan): ReadonlySet<PlannedStage> {
  const found = new Set<PlannedStage>();
  const visit = (one: PlannedStage): void => {
    for (const name of upstreamOf(one)) {
      const next = defined(
        stages.find((other) => other.name === name),
        'references are resolved',
      );
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(stage);
  return found;
}
