import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { encodeKey, parseKey, readKey, writeNewKey } from '../../boards/keys.ts';
import { refusal, temporaryDirectory } from './fixture.ts';

let path: string;
beforeEach(async () => {
  const temporary = await temporaryDirectory();
  path = join(temporary.path, 'cluster.key');
  return temporary.remove;
});

test('a new key file can be read by its owner only, and is read back', async () => {
  const key = await writeNewKey(path);
  expect(key.length).toBe(32);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).toBe(`${encodeKey(key)}\n`);
  expect(encodeKey(await readKey(path))).toBe(encodeKey(key));
});

test('a key with a Windows line ending is the same key', () => {
  const text = 'ab'.repeat(32);
  for (const end of ['', '\n', '\r\n']) expect(encodeKey(parseKey(`${text}${end}`, 'it'))).toBe(text);
});

test('a path at which no file can be is refused with the reason', async () => {
  await mkdir(path, { mode: 0o700 });
  await expect(readKey(path)).rejects.toThrow(refusal('auth/key-file', 'is not a regular file'));
  await writeFile(join(path, 'file'), '');
  const below = join(path, 'file', 'cluster.key');
  await expect(readKey(below)).rejects.toThrow(refusal('auth/key-file', 'cannot be read: ENOTDIR'));
  await expect(writeNewKey(below)).rejects.toThrow(refusal('auth/key-file', 'cannot be written: '));
});

test('a key is never replaced', async () => {
  const key = await writeNewKey(path);
  await expect(writeNewKey(path)).rejects.toThrow(refusal('auth/key-file', 'exists already'));
  expect(encodeKey(await readKey(path))).toBe(encodeKey(key));
});

test('a missing file, one that others can read, and one without a key are refused', async () => {
  await expect(readKey(path)).rejects.toThrow(refusal('auth/key-file', 'there is no key file'));
  await writeNewKey(path);
  await chmod(path, 0o640);
  await expect(readKey(path)).rejects.toThrow(refusal('auth/key-file', 'can be read by others'));
  await chmod(path, 0o600);
  await writeFile(path, 'x'.repeat(64));
  await expect(readKey(path)).rejects.toThrow(refusal('auth/key-file', 'is not 64 hexadecimal digits'));
  expect(() => parseKey(`${'0'.repeat(64)}\n\n`, 'it')).toThrow(refusal('auth/key-file', 'it is not'));
});
