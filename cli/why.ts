import { execute } from '../core/execution/execute.ts';
import { historyOf } from '../core/execution/past.ts';
import { select } from '../core/execution/select.ts';
import { nameHint } from '../core/suggest.ts';
import type { Explanation } from '../core/why/explain.ts';
import { explain } from '../core/why/explain.ts';
import { explanationLines } from '../core/why/format.ts';
import { openEngine } from './engine.ts';
import { readEnvironment } from './environment.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { openProject } from './project.ts';

/** `pipeline why ACTION`: why it would run now, or else why it ran the last time. */
export async function why(action: string, options: CommonOptions): Promise<ExitCode> {
  const environment = readEnvironment(options.directory);
  const { out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment.project, options.profile ?? null);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const { plan, layout } = opened.project;
  const selection = select([action], plan);
  if ('length' in selection) return refuse(selection, isJson, environment);
  const pending = new Map<string, { readonly reason: string; readonly explanation: Explanation | null }>();
  const engine = openEngine(opened.project, environment, {
    emit: () => undefined,
    onStale: (label, reason, explanation) => pending.set(label, { reason, explanation }),
  });
  const { states } = await execute(plan, engine.context, {
    selection,
    mode: 'plan',
    force: false,
    only: false,
    keepGoing: true,
    jobs: 1,
    signal: new AbortController().signal,
  });
  const history = historyOf(engine.context.ledger, layout, engine.context.store);
  const labels = new Set([...history.labels(action.split('/')[0]!), ...states.keys()]);
  const tell = (verdict: string, explanation: Explanation | null, rest: string): ExitCode => {
    if (isJson) out.write(`${JSON.stringify({ type: 'why', action, verdict, explanation })}\n`);
    else
      out.write(
        `${action} ${rest}\n${(explanation === null ? [] : explanationLines(explanation, 1)).map((line) => `${line}\n`).join('')}`,
      );
    return 0;
  };
  const now = pending.get(action);
  if (now !== undefined)
    return tell(
      'would-run',
      now.explanation,
      `would run: ${now.explanation === null ? now.reason : ''}`.trimEnd(),
    );
  if (!labels.has(action)) {
    const message = `nothing is known of an action "${action}"`;
    const known = [...labels].filter((label) => label !== action);
    return refuse(
      [{ code: 'usage/unknown-target', severity: 'error', message, hint: nameHint(action, known) }],
      isJson,
      environment,
    );
  }
  const [current, previous] = history.fingerprints(action);
  const after = current === undefined ? null : history.spec(current);
  const before = previous === undefined ? null : history.spec(previous);
  if (after === null) return tell('never-ran', null, 'has never run');
  if (before === null) return tell('first-time', null, 'ran for the first time');
  return tell('ran', explain(action, before, after, plan, history), 'is up to date; it last ran because of:');
}
