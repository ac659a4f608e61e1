import { askStatus } from '../../boards/client/ask-status.ts';
import type { Status } from '../../boards/protocol/messages.ts';
import type { RealBoard } from '../../boards/world.ts';
import { diagnosticsOf } from '../../base/refusal.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { harmless, styled } from '../../reporters/style.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { refuse } from '../options.ts';
import type { Reach } from './cluster.ts';
import { tell, withBoards } from './cluster.ts';

/** `pipeline boards status`: what each board is, holds and does; 1 where one does not answer or has a fault. */
export function status(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  return withBoards(names, options, async (reach) => {
    const found = await Promise.all(reach.boards.map((board) => ask(board, reach)));
    for (const [index, board] of reach.boards.entries())
      tell(reach, asJson(board, found[index]!), asLine(board, found[index]!, reach));
    // Why one does not answer follows: it goes elsewhere than the lines, and stays out of their order.
    const silent = found.filter((each) => 'code' in each);
    if (!reach.isJson) refuse(silent, false, reach.environment);
    return found.every((each) => 'type' in each && each.fault === '') ? 0 : 1;
  });
}

/** Twice this is how long a board that does not answer is waited for. */
const answerSeconds = 5;

async function ask(board: RealBoard, { key }: Reach): Promise<Status | Diagnostic> {
  try {
    return await askStatus(board, key, answerSeconds);
  } catch (error) {
    return diagnosticsOf(error)[0]!;
  }
}

function asJson({ name, address }: RealBoard, found: Status | Diagnostic): object {
  const [about, problem] = 'code' in found ? [{}, found] : [found, null];
  return { ...about, type: 'board-status', name, address, problem };
}

function asLine({ name }: RealBoard, found: Status | Diagnostic, { boards, environment }: Reach): string {
  const { hasColour } = environment.out;
  const first = name.padEnd(Math.max(...boards.map((board) => board.name.length)) + 2);
  if ('code' in found) return `${first}${styled('red', 'cannot be asked', hasColour)}`;
  const { boardType, emulated, deployment, loaded, fault, leasedSeconds } = found;
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
