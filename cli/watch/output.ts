import { wrapped } from '../../base/text.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { jsonLine, jsonReporter } from '../../reporters/json.ts';
import type { Choice } from '../../reporters/ended.ts';
import { plainReporter } from '../../reporters/plain.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import { lineWidth } from '../../reporters/reporter.ts';
import type { Environment } from '../environment.ts';
import type { WatchEvent } from './events.ts';
import { changeText, planText, resultLines, timeOfDay, tookText } from './lines.ts';
import type { Results } from './results.ts';
import type { View } from './view.ts';

/** What is shown while a project is watched. */
export interface Output {
  readonly showPlan: (view: View, shown: ShownPlan) => void;
  readonly tell: (text: string, event?: WatchEvent) => void;
  /** A reporter for one run. `isLong`: it was asked for and may take hours. */
  readonly reporter: (isLong: boolean) => Reporter;
}

export interface ShownPlan {
  /** The real paths that changed; null if it is not because of a change. */
  readonly paths: readonly string[] | null;
  /** What starts now. */
  readonly begins: readonly string[];
  readonly milliseconds: number;
}

/** `project`: the real path of the project. */
export function createOutput(
  isJson: boolean,
  choice: Choice,
  environment: Environment,
  results: Results,
  project: string,
): Output {
  const { out, readLines, now } = environment;
  const write = (line: string): void => {
    out.write(`${wrapped(line, lineWidth(out), '    ').join('\n')}\n`);
  };
  const event = (event: WatchEvent): void => {
    out.write(jsonLine(event));
  };
  return {
    showPlan({ lines, diagnostics, records, asked }, { paths, begins, milliseconds }) {
      const at = now();
      const news = [...records].flatMap(([action, record]) => {
        const { before, isNew } = results.take(action, record);
        return isNew && before !== null ? resultLines(action, 'up to date', before, record.summary) : [];
      });
      if (isJson) {
        if (paths !== null) event({ type: 'watch-changed', at, paths });
        event({ type: 'watch-planned', at, milliseconds, actions: lines, diagnostics, runs: begins });
        return;
      }
      const plan = asked === null ? null : planText(lines, ({ action }) => begins.includes(action));
      const what = [
        ...(paths === null ? [] : [changeText(paths, project)]),
        ...(plan === null ? [] : [plan]),
      ];
      if (what.length > 0) write(`${timeOfDay(at)} ${what.join(': ')}`);
      for (const line of news) write(line);
      for (const diagnostic of diagnostics) out.write(formatDiagnostic(diagnostic, readLines, out));
    },
    tell(text, told) {
      if (!isJson) write(text);
      else if (told !== undefined) event(told);
    },
    reporter(isLong) {
      if (isJson) return jsonReporter(out);
      const plain = plainReporter(out, readLines, {
        clock: environment,
        volume: isLong ? 'normal' : 'quiet',
        choice,
      });
      return {
        report(event) {
          if (event.type === 'action-succeeded') {
            const { before } = results.take(event.action, event);
            const took = tookText(event.milliseconds, event.unchanged);
            if (!isLong)
              for (const line of resultLines(event.action, took, before, event.summary)) write(line);
          }
          if (isLong || !isLeftToPlan(event)) plain.report(event);
        },
        finish: () => plain.finish(),
        abandon: () => plain.abandon?.(),
      };
    },
  };
}

/** What the plan that follows says, too. */
function isLeftToPlan(event: ExecutionEvent): boolean {
  if (event.type === 'run-finished') return true;
  return event.type === 'action-failed' && event.diagnostics.every(({ code }) => code === 'file/changed');
}
