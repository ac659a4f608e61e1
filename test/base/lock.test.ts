import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HeldLock } from '../../base/lock.ts';
import { acquireLock, lockState, waitForLock } from '../../base/lock.ts';
import type { ProcessIdentity } from '../../base/process-identity.ts';
import { identityOf } from '../../base/process-identity.ts';
import { sealed } from '../../base/sealed.ts';
import { temporaryFolder } from '../rig/project.ts';

const id = '0123456789abcdef';
const own = identityOf(process.pid);

/** A lock that a process with this identity holds. */
function lockOf(owner: Partial<ProcessIdentity>): string {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, sealed('lock', { id, host: 'elsewhere', process: { ...own, ...owner } }));
  return path;
}

function held(path: string): HeldLock {
  const lock = acquireLock(path);
  if (lock.type !== 'held') throw new Error('it is taken');
  return lock;
}

describe('a lock', () => {
  it('is held by one, and leaves nothing behind', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    const lock = held(path);
    expect(lock.inherited).toBe(false);
    expect(lockState(path)).toBe('alive');
    expect(acquireLock(path)).toMatchObject({
      type: 'taken',
      by: { pid: process.pid, host: hostname(), isElsewhere: false },
    });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(held(path).inherited).toBe(false);
  });

  it.each<[string, Partial<ProcessIdentity>]>([
    ['has ended', { pid: spawnSync('true').pid }],
    ['has ended, while another process has its number', { started: '1' }],
    ['ran before the machine was started again', { boot: 'an earlier one' }],
  ])('passes on from an owner that %s', (_, owner) => {
    const path = lockOf(owner);
    expect(lockState(path)).toBe('dead');
    expect(held(path).inherited).toBe(true);
  });

  it('passes on from an owner of another user that has ended, although its number is in use', () => {
    // Process 1 belongs to root: a user who is not root may not signal it, which does not make it the owner.
    const path = lockOf({ pid: 1, started: '5' });
    expect(lockState(path)).toBe('dead');
  });

  it('that is damaged is no one’s', () => {
    const path = lockOf({});
    writeFileSync(path, 'damaged');
    expect(lockState(path)).toBe('dead');
    expect(held(path).inherited).toBe(true);
  });

  it('is not taken from an owner on another machine', () => {
    const path = lockOf({ machine: 'another', boot: 'another' });
    expect(lockState(path)).toBe('unknown');
    expect(acquireLock(path)).toMatchObject({ type: 'taken', by: { host: 'elsewhere', isElsewhere: true } });
    expect(existsSync(path)).toBe(true);
  });

  it('is not taken from an owner in another container that gives no sign of life', () => {
    expect(lockState(lockOf({ namespace: 'pid:[1]' }))).toBe('unknown');
  });

  it('is taken from an owner in another container once it has ended, and not before', async () => {
    const path = lockOf({ namespace: 'pid:[1]' });
    execFileSync('mkfifo', [`${path}.${id}`]);
    const owner = spawn('sh', ['-c', `exec 3<> "${path}.${id}"; echo ready; exec sleep 600`]);
    onTestFinished(() => void owner.kill('SIGKILL'));
    await once(owner.stdout, 'data');
    expect(lockState(path)).toBe('alive');
    expect(acquireLock(path).type).toBe('taken');
    const ended = once(owner, 'exit');
    owner.kill('SIGKILL');
    await ended;
    expect(lockState(path)).toBe('dead');
    held(path).release();
    expect(existsSync(`${path}.${id}`)).toBe(false);
  });

  it('is waited for, or given up', async () => {
    const path = join(temporaryFolder(), 'lock');
    const first = held(path);
    const waited: number[] = [];
    const second = waitForLock(path, new AbortController().signal, ({ pid }) => {
      waited.push(pid);
      first.release();
    });
    (await second)?.release();
    expect(waited).toEqual([process.pid]);
    held(path);
    const interruption = new AbortController();
    const third = waitForLock(path, interruption.signal, () => {
      interruption.abort();
    });
    expect(await third).toBeNull();
  });

  it('is not released by an owner that lost it', () => {
    const path = join(temporaryFolder(), 'lock');
    const lock = held(path);
    const other = sealed('lock', { id, host: 'elsewhere', process: own });
    writeFileSync(path, other);
    lock.release();
    expect(existsSync(path)).toBe(true);
  });
});
