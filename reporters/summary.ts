import type { ExecutionEvent } from '../core/contracts/events.ts';
import { duration } from '../base/units.ts';
import { harmless, styled } from './style.ts';

type Finished = Extract<ExecutionEvent, { type: 'run-finished' }>;

/** The last line of a run: what ran, what did not have to, and whether any of it is emulated. */
export function summaryLine(
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
  const word = { ok: 'done', failed: 'failed', lost: 'infrastructure lost', interrupted: 'interrupted' }[
    outcome
  ];
  const mark = styled(
    outcome === 'ok' ? 'green' : 'red',
    `${outcome === 'ok' ? '✔' : '✖'} ${word}`,
    hasColour,
  );
  return `${mark}: ${parts.join(', ')} in ${duration(milliseconds)}${isEmulated ? ` ${styled('yellow', 'EMULATED', hasColour)}` : ''}\n`;
}

/** What an action has to tell at the end of a run, below its name. */
export function detailLines({
  action,
  detail,
}: {
  readonly action: string;
  readonly detail: readonly string[];
}): readonly string[] {
  return detail.length === 0 ? [] : [`\n${action}\n`, ...detail.map((line) => `  ${harmless(line)}\n`), '\n'];
}
