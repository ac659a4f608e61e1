import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { counterpart } from '../rig/counterparts.ts';

/** The version in the row of this part. */
function listed(part: string): string | undefined {
  return new RegExp(`^${part} +(\\S+) `, 'm').exec(readFileSync('server/THIRD-PARTY.txt', 'utf8'))?.[1];
}

/** What the server would be compiled with, by the macros of its compiler. */
function versionsOf(compiler: string) {
  const headers = ['features.h', 'nlohmann/json.hpp', 'sodium/version.h'];
  const macros = execFileSync(compiler, [
    ...['-dM', '-E', '-x', 'c++', '-idirafter', '/usr/include', '/dev/null'],
    ...headers.flatMap((header) => ['-include', header]),
  ]).toString();
  const macro = (name: string): string =>
    new RegExp(`^#define ${name} "?([^" \\n]+)`, 'm').exec(macros)?.[1] ?? `no ${name}`;
  const dotted = (...names: readonly string[]): string => names.map(macro).join('.');
  const gcc = dotted('__GNUC__', '__GNUC_MINOR__', '__GNUC_PATCHLEVEL__');
  const json = 'NLOHMANN_JSON_VERSION_';
  return {
    libsodium: macro('SODIUM_VERSION_STRING'),
    'nlohmann-json': dotted(`${json}MAJOR`, `${json}MINOR`, `${json}PATCH`),
    'libstdc\\+\\+': gcc,
    libgcc: gcc,
    glibc: dotted('__GLIBC__', '__GLIBC_MINOR__'),
  };
}

counterpart('arm', () => {
  test('the list of what the server contains names the versions that are compiled in', () => {
    for (const [part, version] of Object.entries(versionsOf('arm-linux-gnueabihf-g++')))
      expect([part, listed(part)]).toEqual([part, version]);
  });
});

test('the list names the source package that libsodium is made from', () => {
  const script = readFileSync('server/libsodium.sh', 'utf8');
  const source = /libsodium=(\S+?)\)/.exec(script)?.[1];
  expect(readFileSync('server/THIRD-PARTY.txt', 'utf8')).toContain(`libsodium ${source} (source)`);
});
