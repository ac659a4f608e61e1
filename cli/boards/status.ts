import { askStatus } from '../../boards/client/ask-status.ts';
import type { Status } from '../../boards/protocol/messages.ts';
import { attemptLater } from '../../base/refusal.ts';
import type { Result } from '../../base/result.ts';
import { displayWidth, padded } from '../../base/text.ts';
import type { RealBoard } from '../../core/contracts/board.ts';
import { harmless, styled } from '../../reporters/style.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { show } from '../options.ts';
import type { Reach } from './cluster.ts';
import { report, withBoards } from './cluster.ts';

/** `pipeline boards status`: the type, contents and state of each board; 1 if one does not answer or has a fault. */
export function status(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  return withBoards(names, options, async (reach) => {
    const asked = reach.boards.map(async (board) => ({
      board,
      answer: await attemptLater(() => askStatus(board, reach.key, answerSeconds)),
    }));
    const found = await Promise.all(asked);
    for (const { board, answer } of found) report(reach, asJson(board, answer), asLine(board, answer, reach));
    // The reasons for missing answers follow: they go to another stream, and must not mix with the lines.
    const problems = found.flatMap(({ answer }) => (answer.ok ? [] : answer.diagnostics));
    if (!reach.isJson) show(problems, false, reach.environment);
    return found.every(({ answer }) => answer.ok && answer.value.fault === '') ? 0 : 1;
  });
}

/** A board that does not answer is given up after twice this time. */
const answerSeconds = 5;

function asJson({ name, address }: RealBoard, answer: Result<Status>): object {
  const about = answer.ok ? answer.value : {};
  const problem = answer.ok ? null : (answer.diagnostics[0] ?? null);
  return { ...about, type: 'board-status', name, address, problem };
}

function asLine({ name }: RealBoard, answer: Result<Status>, { boards, environment }: Reach): string {
  const { hasColour } = environment.out;
  const first = padded(name, Math.max(...boards.map((board) => displayWidth(board.name))) + 2);
  if (!answer.ok) return `${first}${styled('red', 'cannot be queried', hasColour)}`;
  const { boardType, emulated, deployment, loaded, fault, leasedSeconds } = answer.value;
  const parts = [
    boardType,
    deployment === '' ? 'no deployment' : `deployment ${deployment.slice(0, 12)}`,
    loaded === '' ? 'nothing loaded' : `${loaded.slice(0, 12)} loaded`,
    leasedSeconds > 0 ? `in use for ${leasedSeconds.toFixed(0)} s at least` : 'free',
  ];
  const mark = emulated ? 'EMULATED: ' : '';
  const trouble = fault === '' ? '' : `\n  ${styled('red', `fault: ${harmless(fault)}`, hasColour)}`;
  return `${first}${mark}${harmless(parts.join(', '))}${trouble}`;
}
