import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { machineFailure } from '../../base/machine-failure.ts';

describe('an answer of the system', () => {
  it.each([
    ['EMFILE', 'infrastructure/machine', /ulimit -n/],
    ['ENFILE', 'infrastructure/machine', /ulimit -n/],
    ['ENOSPC', 'infrastructure/disk', /free some space/],
    ['EFBIG', 'infrastructure/disk', /ulimit -f/],
    ['EAGAIN', 'infrastructure/machine', /ulimit -u/],
    ['EXDEV', 'infrastructure/disk', /readable/],
    // Of no list of ours.
    ['EUNATCH', 'infrastructure/disk', /readable/],
  ])('%s is %s, with what to do', (code, expected, hint) => {
    const error = Object.assign(new Error(`${code}: as the system says`), { code, syscall: 'open' });
    const diagnostic = machineFailure(error);
    expect(diagnostic).toMatchObject({ code: expected, message: `${code}: as the system says` });
    expect(diagnostic.hint).toMatch(hint);
  });

  it('is known by itself, whatever the call', async () => {
    const errorOf = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        return error;
      }
    };
    expect(machineFailure(errorOf(() => readFileSync('/')))).toMatchObject({ code: 'infrastructure/disk' });
    const refused = await new Promise<unknown>((resolve) => {
      createConnection({ host: '127.0.0.1', port: 1 }).on('error', resolve);
    });
    expect(machineFailure(refused).hint).toContain('network');
  });

  it('is no mistake of the program, which stays an error', () => {
    const bug = new TypeError('undefined is not a function');
    expect(() => machineFailure(bug)).toThrow(bug);
    expect(() =>
      machineFailure(Object.assign(new Error('no call'), { code: 'ERR_STRING_TOO_LONG' })),
    ).toThrow();
  });
});
