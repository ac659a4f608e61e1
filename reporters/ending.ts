import { counted } from '../base/text.ts';
import { duration } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import { harmless, styled } from './style.ts';

/** The end of a run: the messages of actions, then one line on what ran and what did not have to. */
export interface Ending {
  /** The texts to show after an event: none before the run has finished. */
  readonly after: (event: ExecutionEvent) => readonly string[];
}

export function collectEnding(hasColour: boolean): Ending {
  const details: string[] = [];
  let isEmulated = false;
  let isRefused = false;
  let problems = 0;
  return {
    after(event) {
      if (event.type === 'action-cached' || event.type === 'action-succeeded') {
        isEmulated ||= event.emulated;
        details.push(...detailLines(event));
      }
      if (event.type === 'run-checked') isRefused = event.isRefused;
      if (event.type === 'run-checked' || event.type === 'action-failed')
        problems += event.diagnostics.filter(({ severity }) => severity === 'error').length;
      if (event.type === 'run-finished' && isRefused) {
        const mark = styled('red', '✖ nothing was started', hasColour);
        return [`${mark}: ${counted(problems, 'problem')}\n`];
      }
      return event.type === 'run-finished' ? [...details, summaryLine(event, isEmulated, hasColour)] : [];
    },
  };
}

type Finished = Extract<ExecutionEvent, { type: 'run-finished' }>;

/** The last line of a run: what ran, what did not have to, and whether any of it is emulated. */
function summaryLine(
  { outcome, counts, milliseconds }: Finished,
  isEmulated: boolean,
  hasColour: boolean,
): string {
  const { ran, cached, failed, blocked } = counts;
  const parts = [
    `${ran} ran`,
    `${cached} up to date`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(blocked > 0 ? [`${blocked} not run`] : []),
  ];
  const words = { ok: 'done', failed: 'failed', lost: 'infrastructure lost', interrupted: 'interrupted' };
  const isOk = outcome === 'ok';
  const mark = styled(isOk ? 'green' : 'red', `${isOk ? '✔' : '✖'} ${words[outcome]}`, hasColour);
  const emulated = isEmulated ? ` ${styled('yellow', 'EMULATED', hasColour)}` : '';
  return `${mark}: ${parts.join(', ')} in ${duration(milliseconds)}${emulated}\n`;
}

/** The messages of an action at the end of a run, below its name. */
function detailLines({
  action,
  detail,
}: {
  readonly action: string;
  readonly detail: readonly string[];
}): readonly string[] {
  return detail.length === 0 ? [] : [`\n${action}\n`, ...detail.map((line) => `  ${harmless(line)}\n`), '\n'];
}
