import { existsSync, readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import { guessedAmong } from '../../rig/facts.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Rows of docs/facts.md marked guessed that stand-ins followed in this test. */
    guessed?: readonly string[];
  }
}

/** Tags each test of this suite with the guessed rows that its stand-ins followed; they note them in these files, a row a line. */
export function noteGuesses(files: () => readonly string[]): void {
  afterEach(({ task }) => {
    const rows = files()
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));
    task.meta.guessed = guessedAmong(rows);
  });
}
