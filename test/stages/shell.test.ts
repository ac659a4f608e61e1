import { describe, expect, it } from 'vitest';
import { labels } from '../rig/events.ts';
import { runEngine } from '../rig/engine.ts';
import { temporaryFolder } from '../rig/project.ts';

const piping = (more: string) =>
  `version: 1\nstages: {a: {kind: shell, with: {${more}command: 'false | tee out/log; echo done >> out/log', outputs: [log]}}}\n`;

describe('a program that fails in a pipe', () => {
  it.each([
    ['', 'action-succeeded'],
    ['shell: sh, ', 'action-succeeded'],
    ['shell: bash, ', 'action-failed'],
  ] as const)('with "%s" ends as %s', async (more, end) => {
    expect(labels((await runEngine(temporaryFolder(), piping(more))).events, end)).toEqual(['a']);
  });

  it('is asked for in the key, while the default leaves keys as they are', async () => {
    const folder = temporaryFolder();
    await runEngine(folder, piping(''));
    expect(labels((await runEngine(folder, piping('shell: sh, '))).events, 'action-started')).toEqual([]);
    expect(labels((await runEngine(folder, piping('shell: bash, '))).events, 'action-started')).toEqual([
      'a',
    ]);
  });
});
