import { Refusal } from '../../base/refusal.ts';
import type { BoardType } from '../data.ts';
import type { PackageDescription } from './format.ts';

export interface LoadingBoard {
  readonly name: string;
  readonly type: BoardType;
  readonly emulated: boolean;
}

/** Refuses a package that the board cannot load: one for another board or part, or of the wrong kind (emulated or real). */
export function checkLoadable(
  { emulated, board, part }: PackageDescription,
  { name, type, emulated: isEmulated }: LoadingBoard,
): void {
  if (!emulated && isEmulated)
    throw new Refusal(
      'package/not-emulated',
      `${name} is an emulated board and cannot load a bitstream`,
      'build with the emulated back end, or deploy to a real board',
    );

  if (emulated && !isEmulated)
    throw new Refusal(
      'package/emulated',
      `${name} is a real board and cannot load a package that was made without Vivado`,
      'build with `backend: vivado`, or deploy to an emulated board',
    );

  if (board !== type.name || part !== type.part)
    throw new Refusal(
      'package/other-board',
      `the package was built for ${board} (${part}), but ${name} is a ${type.name} (${type.part})`,
      'build the submodel for this board type',
    );
}
