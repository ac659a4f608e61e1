import { Refusal } from '../base/refusal.ts';
import type { RealBoard } from '../core/contracts/board.ts';
import { boardType } from './data.ts';
import type { Status } from './protocol/messages.ts';

/** Refuses a board whose server reports another type or part than the cluster lists. */
export function refuseOtherType(
  board: Pick<RealBoard, 'name' | 'type'>,
  { boardType: type, part }: Pick<Status, 'boardType' | 'part'>,
): void {
  const expected = boardType(board.type);
  if (type === expected.name && part === expected.part) return;
  throw new Refusal(
    'board/other-type',
    `${board.name} reports that it is a ${type} (${part}), but the cluster lists it as a ${expected.name} (${expected.part})`,
    'correct the cluster, or the configuration of the server on the board',
  );
}
