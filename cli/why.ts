import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { nameHint } from '../base/suggest.ts';
import type { Plan } from '../core/contracts/plan.ts';
import type { Stale } from '../core/execution/execute.ts';
import { select } from '../core/execution/select.ts';
import type { Explanation, History } from '../core/why/explain.ts';
import { explain } from '../core/why/explain.ts';
import { explanationLines } from '../core/why/format.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine } from '../reporters/style.ts';
import { dryRun } from './dry-run.ts';
import { readEnvironment } from './environment.ts';
import type { PlanOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { openProject } from './project.ts';

/** `pipeline why ACTION`: why it would run now, or why it last ran. */
export async function why(action: string, options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const { plan } = opened.value;
  const selection = select([action], plan);
  if (!selection.ok) return refuse(selection.diagnostics, isJson, environment);
  const problems: Diagnostic[] = [];
  const { history, stale } = await dryRun(opened.value, selection.value, environment, (event) => {
    // Only the action and what it needs take part: any failure there prevents it from running.
    if (event.type === 'action-failed') problems.push(...event.diagnostics);
  });
  if (problems.length > 0) return refuse(problems, isJson, environment);
  const found = stale.find((each) => each.action === action);
  const known = history.labels(action.split('/')[0] ?? '');
  if (found === undefined && !known.includes(action))
    return refuse(
      [
        problem('usage/unknown-target', `there is no record of an action "${action}"`, {
          hint: nameHint(action, known),
        }),
      ],
      isJson,
      environment,
    );
  const { verdict, explanation, text } =
    found === undefined ? await verdictOnPast(action, plan, history) : verdictOn(found);
  const lines = explanation === null ? [] : explanationLines(explanation, 1);
  if (isJson) out.write(jsonLine({ type: 'why', action, verdict, explanation }));
  else out.write([`${action} ${text}`, ...lines].map((line) => `${harmlessLine(line)}\n`).join(''));
  return 0;
}

interface Verdict {
  readonly verdict: Stale['type'] | 'first-time' | 'up-to-date';
  readonly explanation: Explanation | null;
  /** The text after the name of the action. */
  readonly text: string;
}

function verdictOn(stale: Stale): Verdict {
  if (stale.type === 'may-run')
    return {
      verdict: 'may-run',
      explanation: null,
      text: `may run: it needs ${stale.needs}, which would run`,
    };
  const { explanation, reason } = stale;
  return { verdict: 'would-run', explanation, text: `would run:${explanation === null ? ` ${reason}` : ''}` };
}

/** An action that is up to date, compared with its previous run. */
async function verdictOnPast(action: string, plan: Plan, history: History): Promise<Verdict> {
  const [after = null, before = null] = history
    .fingerprints(action)
    .map((fingerprint) => history.spec(fingerprint));
  if (after === null || before === null)
    return {
      verdict: 'first-time',
      explanation: null,
      text: 'is up to date; there is no earlier run to compare with',
    };
  return {
    verdict: 'up-to-date',
    explanation: await explain(action, before, after, plan, history),
    text: 'is up to date; compared with its previous run:',
  };
}
