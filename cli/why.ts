import type { Stale } from '../core/execution/context.ts';
import { select } from '../core/execution/select.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { nameHint } from '../base/suggest.ts';
import type { Explanation } from '../core/why/explain.ts';
import { explain } from '../core/why/explain.ts';
import { explanationLines } from '../core/why/format.ts';
import { dryRun } from './dry-run.ts';
import { readEnvironment } from './environment.ts';
import type { PlanOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { openProject } from './project.ts';

/** `pipeline why ACTION`: why it would run now, or else why it ran the last time. */
export async function why(action: string, options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options.directory);
  const { out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment.project, options.profile ?? null);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const { plan } = opened.project;
  const selection = select([action], plan);
  if ('length' in selection) return refuse(selection, isJson, environment);
  const pending = new Map<string, Stale>();
  const problems: Diagnostic[] = [];
  const { history } = await dryRun(opened.project, selection, environment, {
    emit(event) {
      // Only the action and what it needs take part: whatever fails there keeps it from running.
      if (event.type === 'action-failed') problems.push(...event.diagnostics);
    },
    onStale: (label, stale) => pending.set(label, stale),
  });
  if (problems.length > 0) return refuse(problems, isJson, environment);
  const tell = (verdict: string, explanation: Explanation | null, text: string): ExitCode => {
    const lines = explanation === null ? [] : explanationLines(explanation, 1);
    if (isJson) out.write(`${JSON.stringify({ type: 'why', action, verdict, explanation })}\n`);
    else out.write([`${action} ${text}`, ...lines].map((line) => `${line}\n`).join(''));
    return 0;
  };
  const stale = pending.get(action);
  if (stale?.type === 'may-run')
    return tell('may-run', null, `may run: it needs ${stale.needs}, which would run`);
  if (stale?.type === 'would-run')
    return tell(
      'would-run',
      stale.explanation,
      `would run:${stale.explanation === null ? ` ${stale.reason}` : ''}`,
    );
  const known = history.labels(action.split('/')[0]!);
  if (!known.includes(action)) {
    const message = `nothing is known of an action "${action}"`;
    const hint = nameHint(action, known);
    return refuse([{ code: 'usage/unknown-target', severity: 'error', message, hint }], isJson, environment);
  }
  const [after = null, before = null] = history
    .fingerprints(action)
    .map((fingerprint) => history.spec(fingerprint));
  if (after === null || before === null)
    return tell('first-time', null, 'is up to date; nothing else is known of it before');
  return tell(
    'up-to-date',
    explain(action, before, after, plan, history),
    'is up to date; against what it was before:',
  );
}
