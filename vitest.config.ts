import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// The key by which the command knows the user's own state is one of the tests.
const env = { XDG_STATE_HOME: join(import.meta.dirname, 'node_modules/.cache/state') };

export default defineConfig({
  test: {
    reporters: ['default', './test/integration/rig/guess-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/chaos/**', 'test/zynq/**'],
          env,
          testTimeout: 30_000,
          maxWorkers: '100%',
          // Loading the product anew for each of more than 200 files takes as long as the tests.
          isolate: false,
        },
      },
      {
        // The engine over a store that answers later, as one on the network would.
        test: {
          name: 'later-store',
          include: ['test/core/**/*.test.ts'],
          // A text is read without any store, and thousands of them take as long as all other tests here.
          exclude: ['test/core/hostile-text.test.ts'],
          env: { ...env, PIPELINE_TEST_STORE: 'later' },
          testTimeout: 30_000,
          maxWorkers: '100%',
          isolate: false,
        },
      },
      {
        // The built command under kill, damage and malice, with few seeds; `npm run test:long` tries thousands.
        test: {
          name: 'chaos',
          include: ['test/chaos/*.test.ts'],
          env,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
        },
      },
      {
        // A Linux for the Zynq in qemu, built at the first run: minutes, and not in CI.
        test: {
          name: 'zynq',
          include: ['test/zynq/*.test.ts'],
          env,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          env,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          globalSetup: 'test/integration/rig/global-setup.ts',
          setupFiles: ['test/integration/rig/note-guesses.ts'],
          // FINN and most programs of boards use one core each.
          maxWorkers: 2,
        },
      },
    ],
  },
});
