import { connectBoard } from '../../boards/client/connection.ts';
import type { Status } from '../../boards/protocol/messages.ts';
import type { RealBoard } from '../../boards/world.ts';
import { diagnosticsOf } from '../../builtins/outcome.ts';
import type { Diagnostic } from '../../core/types.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { harmless, styled } from '../../reporters/style.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { type Reach, withBoards } from './cluster.ts';

/** `pipeline boards status`: what each board is, holds and does; 1 where one does not answer or has a fault. */
export function status(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  return withBoards(names, options, async (reach) => {
    const found = await Promise.all(reach.boards.map((board) => ask(board, reach)));
    for (const [index, board] of reach.boards.entries()) tell(board, found[index]!, reach);
    return found.every((each) => 'type' in each && each.fault === '') ? 0 : 1;
  });
}

const answerSeconds = 10;

async function ask({ name, address }: RealBoard, { key }: Reach): Promise<Status | Diagnostic> {
  try {
    const connection = await connectBoard(name, address, key, answerSeconds);
    try {
      return await connection.status(answerSeconds);
    } finally {
      connection.close();
    }
  } catch (error) {
    return diagnosticsOf(error)[0]!;
  }
}

function tell({ name, address }: RealBoard, found: Status | Diagnostic, reach: Reach): void {
  const { out, error, readLines } = reach.environment;
  if (reach.isJson) {
    const problem = 'code' in found ? found : null;
    const about = 'code' in found ? {} : { ...found };
    out.write(`${JSON.stringify({ ...about, type: 'board-status', name, address, problem })}\n`);
    return;
  }
  if ('code' in found) {
    error.write(formatDiagnostic(found, readLines, error.hasColour));
    return;
  }
  const { boardType, part, emulated, deployment, loaded, fault, leasedSeconds } = found;
  const parts = [
    `${boardType} (${part})`,
    deployment === '' ? 'no deployment' : `deployment ${deployment.slice(0, 12)}`,
    loaded === '' ? 'nothing loaded' : `package ${loaded.slice(0, 12)} loaded`,
    leasedSeconds > 0 ? `in use for ${leasedSeconds.toFixed(0)} s at least` : 'free',
  ];
  const mark = emulated ? 'EMULATED: ' : '';
  const trouble = fault === '' ? '' : `\n  ${styled('red', `fault: ${harmless(fault)}`, out.hasColour)}`;
  out.write(`${name.padEnd(8)} ${mark}${harmless(parts.join(', '))}${trouble}\n`);
}
