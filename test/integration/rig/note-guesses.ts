import { existsSync, readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import { guessedAmong } from '../../rig/facts.ts';
import { rowFiles } from './rows.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Rows of docs/facts.md marked guessed that stand-ins followed until the end of this test. */
    guessed?: readonly string[];
  }
}

// For every file of integration tests, since vitest.config.ts lists this one as a setup.
afterEach(({ task }) => {
  const noted = rowFiles()
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
  task.meta.guessed = guessedAmong(noted.flatMap((text) => text.split('\n').filter(Boolean)));
});
