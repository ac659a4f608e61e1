import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { makePackage, readPackage, writePackage } from '../../../boards/package/directory.ts';
import { parseDescription } from '../../../boards/package/format.ts';
import { checkPayload } from '../../../boards/package/payload.ts';
import { Refusal } from '../../../base/refusal.ts';
import { realAbout, realPayload } from './drawn.ts';

const made = makePackage(realAbout, realPayload());
const files = new Map([...made.payload, ['package.json', made.descriptionBytes]]);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'package-'));
  await mkdir(join(directory, 'package'));
  await writeFile(join(directory, 'secret'), 'not of the package');
  return () => rm(directory, { recursive: true });
});

/** The package as read; null if it is refused. */
async function outcome(expectedId?: string) {
  try {
    const found = await readPackage(join(directory, 'package'), 'it', expectedId);
    return { found, accelerator: checkPayload(found) };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Every byte as likely as another, without fast-check's bias towards the ends. */
const anywhere = fc.noBias(fc.nat());

test('one changed byte of any file, or a cut, is refused if the id is known', async () => {
  const change = fc.record({ path: fc.constantFrom(...files.keys()), at: anywhere, by: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(change, async ({ path, at, by }) => {
      await writePackage(join(directory, 'package'), made);
      const bytes = Buffer.from(files.get(path)!);
      const place = at % bytes.length;
      bytes[place]! ^= by;
      await writeFile(join(directory, 'package', path), by === 0 ? bytes.subarray(0, place) : bytes);
      expect(await outcome(made.id)).toBeNull();
    }),
    { numRuns: 150 },
  );
});

test('one changed byte of package.json is refused, or makes a package of another id from the same files', async () => {
  await writePackage(join(directory, 'package'), made);
  await fc.assert(
    fc.asyncProperty(anywhere, fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const bytes = Buffer.from(made.descriptionBytes);
      bytes[at % bytes.length]! ^= by;
      await writeFile(join(directory, 'package', 'package.json'), bytes);
      const result = await outcome();
      if (result === null) return;
      expect(result.found.id).not.toBe(made.id);
      expect(new Map(result.found.payload)).toEqual(new Map(made.payload));
    }),
    { numRuns: 300 },
  );
});

test('a description of any files is refused, or reads only those of the folder', async () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '',
    'secret',
    'bitstream.bin',
    'package',
    'a\0b',
    '\\',
    'é'.repeat(200),
  );
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const file = fc.record({ path, sha256: fc.string(), size: fc.maxSafeNat() });
  await writePackage(join(directory, 'package'), made);
  const description = JSON.parse(Buffer.from(made.descriptionBytes).toString('utf8')) as object;
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 3 }), async (listed) => {
      const text = JSON.stringify({ ...description, files: listed });
      await writeFile(join(directory, 'package', 'package.json'), text);
      expect(await outcome()).toBeNull();
    }),
    { numRuns: 150 },
  );
});

test('a description of any JSON or bytes is refused or read', () => {
  const whole = JSON.parse(Buffer.from(made.descriptionBytes).toString('utf8')) as Record<string, unknown>;
  const replaced = fc
    .record({ field: fc.constantFrom(...Object.keys(whole)), value: fc.jsonValue() })
    .map(({ field, value }) => JSON.stringify({ ...whole, [field]: value }));
  const text = fc.oneof(replaced, fc.json(), fc.string(), fc.uint8Array().map(String));
  fc.assert(
    fc.property(text, (contents) => {
      try {
        expect(parseDescription(Buffer.from(contents), 'it').format).toBe(1);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
