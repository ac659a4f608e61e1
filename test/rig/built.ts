import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rooms } from '../../build/rooms.mjs';
import { root, sourcesOf } from './sources.ts';

/** The path of the built command; throws where it is missing, or older than what it is built from. */
export function builtCommand(): string {
  const command = join(root, 'dist', 'cli.js');
  if (!existsSync(command)) throw new Error('there is no dist/cli.js: run npm run build');
  const built = statSync(command).mtimeMs;
  const templates = readdirSync(join(root, 'templates'), { recursive: true, encoding: 'utf8' });
  const newer = [
    ...Object.keys(rooms).flatMap(sourcesOf),
    ...templates.map((name) => join('templates', name)),
  ]
    .filter((path) => statSync(join(root, path)).isFile())
    .find((path) => statSync(join(root, path)).mtimeMs > built);
  if (newer !== undefined) throw new Error(`dist/cli.js is older than ${newer}: run npm run build`);
  return command;
}
