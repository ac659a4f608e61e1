import { join } from 'node:path';
import { expect } from 'vitest';
import { pipeline } from './command.ts';
import { copyOf, temporaryFolderForSuite, writeIn } from './project.ts';

type Files = Readonly<Record<string, string>>;

/**
 * For the top level of a test file: returns a function that gives each test a project of these files in which everything has run.
 * The first test that asks for them runs the command, the others get copies.
 */
export function projectsThatRan(): (files: Files) => Promise<string> {
  const suite = temporaryFolderForSuite();
  const originals = new Map<string, Promise<string>>();
  return async (files) => {
    const key = JSON.stringify(files);
    const original = originals.get(key) ?? projectThatRan(join(suite, String(originals.size)), files);
    originals.set(key, original);
    return copyOf(await original);
  };
}

async function projectThatRan(folder: string, files: Files): Promise<string> {
  for (const [path, contents] of Object.entries(files)) writeIn(folder, path, contents);
  expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
  return folder;
}
