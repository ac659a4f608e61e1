import { Refusal } from '../../onnx/refusal.ts';
import type { BoardType } from '../data.ts';
import type { PackageDescription } from './format.ts';

/** Refuses a package that the emulated board `name` could not load: a real bitstream, or one for another board or part. */
export function checkLoadable(
  { emulated, board, part }: PackageDescription,
  type: BoardType,
  name: string,
): void {
  if (!emulated) {
    throw new Refusal(
      'package/not-emulated',
      `${name} is an emulated board and cannot load a bitstream`,
      'build with the emulated back end, or deploy to a real board',
    );
  }
  if (board !== type.name || part !== type.part) {
    throw new Refusal(
      'package/other-board',
      `the package was built for ${board} (${part}), but ${name} is a ${type.name} (${type.part})`,
      'build the submodel for this board type',
    );
  }
}
