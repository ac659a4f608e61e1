import { Refusal } from '../onnx/refusal.ts';
import type { NamedBoard } from './deployment.ts';
import { type Fields, fieldsOf } from './fields.ts';

/** Reads a board; refuses one that is not emulated, and a name that could not be a directory. */
export function emulatedClusterBoard(fields: Fields): NamedBoard {
  const [name, type] = [fields.text('name'), fields.text('type')];
  if (!/^\w[\w.-]*$/.test(name)) {
    throw new Refusal(
      'board/illegal-name',
      `"${name}" cannot be the name of a board`,
      'use letters, digits, -, _ and .',
    );
  }
  if (fields.has('emulated') && fields.flag('emulated')) return { name, type };
  throw new Refusal(
    'deploy/real-board-unsupported',
    `${name} is a real board; this version only drives emulated boards`,
    'leave out its address, and it is emulated',
  );
}

/** The fields of what an effect acts on. */
export function worldFields(world: unknown): Fields {
  return fieldsOf(world, 'what the stage acts on', 'builtin/bad-job');
}
