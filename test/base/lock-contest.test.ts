import { execFileSync } from 'node:child_process';
import fs, { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireLock, lockState } from '../../base/lock.ts';
import { temporaryFolder } from '../rig/project.ts';

const calls = ['linkSync', 'openSync', 'renameSync', 'rmSync'] as const;

/** Runs `work`; `before` is called with the number of each call that looks at or changes the folder, before it is made. */
function interrupted(work: () => void, before: (call: number) => void): number {
  const real = Object.fromEntries(calls.map((name) => [name, fs[name]]));
  let count = 0;
  let isInside = false;
  for (const name of calls)
    Object.assign(fs, {
      [name]: (...parameters: readonly unknown[]): unknown => {
        if (!isInside) {
          isInside = true;
          before(count++);
          isInside = false;
        }
        return (real[name] as (...all: readonly unknown[]) => unknown)(...parameters);
      },
    });
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return count;
}

/** Three contenders for a dead owner's lock: the second and the third come before the given calls of the first. */
function contest(second: number, third: number) {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, 'left');
  const owners: string[] = [];
  const contend = (who: string): void => {
    if (acquireLock(path).type === 'held') owners.push(who);
  };
  const count = interrupted(
    () => {
      contend('first');
    },
    (call) => {
      if (call === second) contend('second');
      if (call === third) contend('third');
    },
  );
  return { owners, count };
}

describe('the lock of a dead owner', () => {
  it('is taken over by one contender, however the steps of three of them interleave', () => {
    const { count } = contest(-1, -1);
    for (let second = 0; second < count; second++)
      for (let third = second; third < count; third++)
        expect({ second, third, owners: contest(second, third).owners.length }).toEqual({
          second,
          third,
          owners: 1,
        });
  });

  it.each<[string, (path: string) => void]>([
    ['a folder', mkdirSync],
    ['a link', (path) => symlinkSync('/nowhere', path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['an endless file', (path) => execFileSync('truncate', ['-s', '700M', path])],
  ])('may be damaged: %s', (_, make) => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    make(path);
    expect(lockState(path)).toBe('dead');
    const lock = acquireLock(path);
    expect(lock).toMatchObject({ type: 'held', inherited: true });
    if (lock.type === 'held') lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('a lock can be read by whoever may enter its folder', () => {
  const mask = process.umask(0o077);
  const path = join(temporaryFolder(), 'lock');
  acquireLock(path);
  process.umask(mask);
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

it('an owner of whom the system says nothing is not taken for dead', () => {
  const path = join(temporaryFolder(), 'lock');
  acquireLock(path);
  const text = readFileSync(path, 'utf8');
  const { openSync } = fs;
  Object.assign(fs, {
    openSync(...parameters: Parameters<typeof openSync>) {
      if (parameters[0] === path)
        throw Object.assign(new Error('EMFILE'), { code: 'EMFILE', syscall: 'open' });
      return openSync(...parameters);
    },
  });
  syncBuiltinESMExports();
  try {
    expect(() => acquireLock(path)).toThrow('EMFILE');
  } finally {
    Object.assign(fs, { openSync });
    syncBuiltinESMExports();
  }
  expect(readFileSync(path, 'utf8')).toBe(text);
});
