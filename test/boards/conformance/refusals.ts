import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeDeployment, parseDeployment, signDeployment } from '../../../boards/deployment.ts';
import type { ClusterKey } from '../../../boards/keys.ts';
import { makeKey } from '../../../boards/keys.ts';
import { packageIdentity } from '../../../boards/package/format.ts';
import { refusal } from '../fixture.ts';
import type { Rig } from './rig.ts';
import { seconds, zero } from './rig.ts';

/** Refusals. */
export function refusals(rig: Rig): void {
  const { owner, deploy, ready, batchOf } = rig;
  describe('refuses', () => {
    test('a board without deployment', async () => {
      const zed0 = await owner();
      await expect(zed0.load({ deployment: zero, position: 0, package: zero }, seconds)).rejects.toThrow(
        refusal('board/no-deployment', 'zed0 holds no deployment'),
      );
    });

    test('a mixed deployment: another id, another package, another position, another board', async () => {
      const [first, second] = await deploy(
        rig.server.halves.map((half) => half.package()),
        ['zed0', 'zed1'],
      );
      const zed0 = await owner();
      const wrong = [
        { ...first!, deployment: zero },
        { ...first!, package: second!.package },
        { ...first!, position: 1 },
        { ...first!, position: 7 },
        second!,
      ];
      for (const place of wrong)
        await expect(zed0.load(place, seconds)).rejects.toThrow(
          refusal('board/deployment-mismatch', 'zed0 holds deployment'),
        );
    });

    test('a batch for a deployment that was replaced after loading', async () => {
      const { zed0, first } = await ready();
      await deploy([rig.server.halves[0].package({ clockMHz: 50 })]);
      await expect(zed0.infer(batchOf(first, 0, 1), seconds)).rejects.toThrow(
        refusal('board/deployment-mismatch', 'zed0 holds deployment'),
      );
    });

    test('a deployment that is inconsistent', async () => {
      const { zed0, first } = await ready();
      const path = join(rig.path, 'zed0', 'deployment.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"zed0"', '"zed7"'));
      await expect(zed0.load(first, seconds)).rejects.toThrow(refusal('deploy/damaged', 'zed0'));
      // The board can still report what is wrong.
      expect(await zed0.status(seconds)).toMatchObject({ deployment: '', loaded: first.package });
    });

    const unsigned = (text: string): string => {
      const { signature: _, ...deployment } = JSON.parse(text) as { readonly signature: string };
      return JSON.stringify(deployment);
    };
    const resigned = (text: string, signature: unknown): string =>
      JSON.stringify({ ...(JSON.parse(text) as object), signature });
    const other = makeDeployment([zero], ['zed0']);
    const signatureIn = (text: string) => (JSON.parse(text) as { readonly signature: string }).signature;
    test.each([
      ['without a signature', (text: string) => unsigned(text)],
      ['with an empty signature', (text: string) => resigned(text, '')],
      ['with half a signature', (text: string) => resigned(text, signatureIn(text).slice(0, 32))],
      ['with more than a signature', (text: string) => resigned(text, `${signatureIn(text)}00`)],
      ['signed with another key', (text: string) => signDeployment(parseDeployment(text, 'it'), makeKey())],
      [
        'with the signature of another deployment',
        (text: string, key: ClusterKey) => resigned(text, signatureIn(signDeployment(other, key))),
      ],
    ])('a deployment %s', async (_what, forge) => {
      const { zed0, first } = await ready();
      const path = join(rig.path, 'zed0', 'deployment.json');
      await writeFile(path, forge(await readFile(path, 'utf8'), rig.key));
      const refused = refusal(
        'deploy/wrong-signature',
        "the deployment on zed0 was not signed with this cluster's key",
      );
      await expect(zed0.load(first, seconds)).rejects.toThrow(refused);
      await expect(zed0.infer(batchOf(first, 0, 1), seconds)).rejects.toThrow(refused);
      expect(await zed0.status(seconds)).toMatchObject({ deployment: '', loaded: first.package });
    });

    test.each([
      [
        'another board type',
        { board: 'pynq-z1', part: 'xc7z020clg400-1' },
        'package/other-board',
        'zed0 is a zedboard',
      ],
      [
        'another part',
        { part: 'xc7z020clg400-1' },
        'package/other-board',
        'built for zedboard (xc7z020clg400-1)',
      ],
      ['a real board', { emulated: false }, 'package/not-emulated', 'zed0 is an emulated board'],
    ])('a package for %s', async (_what, change, code, message) => {
      const { zed0, first } = await ready();
      const [place] = await deploy([rig.server.halves[0].package(change)]);
      await expect(zed0.load(place!, seconds)).rejects.toThrow(refusal(code, message));
      // The loaded package stays loaded.
      expect((await zed0.status(seconds)).loaded).toBe(first.package);
    });

    test('a package that does not exist', async () => {
      const [place] = await deploy([rig.server.halves[0].package()]);
      await rm(join(rig.path, 'zed0', 'packages'), { recursive: true });
      const zed0 = await owner();
      await expect(zed0.load(place!, seconds)).rejects.toThrow(
        refusal('board/unknown-package', `zed0 does not hold package ${place!.package.slice(0, 12)}`),
      );
    });

    test('a damaged package, and one that lacks a file or is malformed', async () => {
      const [place] = await deploy([rig.server.halves[0].package()]);
      const folder = join(rig.path, 'zed0', 'packages');
      const [kept] = await readdir(folder);
      const zed0 = await owner();
      for (const path of [rig.server.payloadFile, 'package.json']) {
        await writeFile(join(folder, kept!, path), 'x');
        await expect(zed0.load(place!, seconds)).rejects.toThrow(
          refusal('package/damaged', `${path} does not have`),
        );
        await deploy([rig.server.halves[0].package()]);
        expect((await zed0.load(place!, seconds)).package).toBe(place!.package);
      }
      await rm(join(folder, kept!, rig.server.payloadFile));
      await expect(zed0.load(place!, seconds)).rejects.toThrow(
        refusal('package/missing-file', rig.server.payloadFile),
      );
      const [empty] = await deploy([rig.server.halves[0].package({}, new Map())]);
      await expect(zed0.load(empty!, seconds)).rejects.toThrow(
        refusal('package/missing-file', rig.server.payloadFile),
      );
      const [nonsense] = await deploy([
        rig.server.halves[0].package({}, new Map([[rig.server.payloadFile, Buffer.from('nonsense')]])),
      ]);
      await expect(zed0.load(nonsense!, seconds)).rejects.toThrow(refusal(rig.server.nonsenseCode, 'zed0'));
    });

    test.each([
      ['of another format', '"format": 1', '"format": 2', 'package/unknown-format', 'package format 2'],
      ['without a format', '"format": 1,', '', 'package/unknown-format', 'package format 0'],
      ['with a file outside', '"path": "', '"path": "../', 'package/illegal-path', 'names the file "../'],
      ['with a file above all', '"path": "', '"path": "/', 'package/illegal-path', 'names the file "/'],
    ])('a package %s', async (_what, now, then, code, message) => {
      const good = rig.server.halves[0].package();
      const descriptionBytes = Buffer.from(Buffer.from(good.descriptionBytes).toString().replace(now, then));
      const [place] = await deploy([{ ...good, id: packageIdentity(descriptionBytes), descriptionBytes }]);
      const zed0 = await owner();
      await expect(zed0.load(place!, seconds)).rejects.toThrow(refusal(code, message));
    });

    test('a batch before anything is loaded, and for another package', async () => {
      const [first, second] = await deploy(rig.server.halves.map((half) => half.package()));
      const zed0 = await owner();
      await expect(zed0.infer(batchOf(first!, 0, 1), seconds)).rejects.toThrow(
        refusal('board/not-loaded', 'zed0 has nothing loaded'),
      );
      await zed0.load(second!, seconds);
      await expect(zed0.infer(batchOf(first!, 0, 1), seconds)).rejects.toThrow(
        refusal('board/not-loaded', `zed0 has package ${second!.package.slice(0, 12)} loaded`),
      );
    });

    test('a batch of another length and one of no images', async () => {
      const { zed0, first } = await ready();
      const { packed } = rig.server.halves[0].images(2);
      const short = { ...first, images: 2, packed: packed.subarray(1) };
      await expect(zed0.infer(short, seconds)).rejects.toThrow(
        refusal('board/wrong-batch', `zed0 expects ${packed.length} bytes for 2 images`),
      );
      for (const images of [0, 2 ** 40]) {
        const wrong = { ...first, images, packed: new Uint8Array() };
        await expect(zed0.infer(wrong, seconds)).rejects.toThrow(refusal('board/wrong-batch', 'zed0'));
      }
    });

    test('a route to a missing board, and one that is too long', async () => {
      const { zed0, first } = await ready();
      const nowhere = { name: 'zed1', host: '127.0.0.1', port: 1, lease: '', position: 1, package: zero };
      const batch = batchOf(first, 0, 1);
      await expect(zed0.forward({ ...batch, route: [nowhere] }, seconds)).rejects.toThrow(
        refusal('board/unreachable', 'zed1 cannot be reached at 127.0.0.1:1'),
      );
      for (const route of [
        [],
        Array.from({ length: 17 }, (_, hop) => ({ ...nowhere, name: `zed${hop + 1}` })),
      ])
        await expect(zed0.forward({ ...batch, route }, seconds)).rejects.toThrow(
          refusal('board/wrong-route', '1 to 16 boards'),
        );
    });

    test('a route that comes back to a board', async () => {
      const { zed0, first } = await ready();
      const hop = { name: 'zed1', host: '127.0.0.1', port: 1, lease: '', position: 1, package: zero };
      const batch = batchOf(first, 0, 1);
      for (const route of [[{ ...hop, name: 'zed0' }], [hop, { ...hop, host: '127.0.0.2' }]])
        await expect(zed0.forward({ ...batch, route }, seconds)).rejects.toThrow(
          refusal('board/wrong-route', `a route must not visit ${route[0]!.name} twice`),
        );
    });

    test('a route with names that are too long', async () => {
      const { zed0, first } = await ready();
      const hop = { name: 'zed1', host: '127.0.0.1', port: 1, lease: '', position: 1, package: zero };
      const batch = batchOf(first, 0, 1);
      for (const name of ['name', 'host', 'lease', 'package'])
        await expect(
          zed0.forward({ ...batch, route: [{ ...hop, [name]: 'x'.repeat(65) }] }, seconds),
        ).rejects.toThrow(refusal('protocol/bad-head', `"${name}" has more than 64 bytes`));
    });

    test('more requests at a time than the window', async () => {
      const { zed0, first } = await ready();
      const long = zed0.infer(batchOf(first, 0, rig.server.longBatch), 60);
      const more = Array.from({ length: zed0.window }, () => zed0.infer(batchOf(first, 0, 1), 60));
      await expect(more.pop()).rejects.toThrow(
        refusal('board/busy', `zed0 accepts at most ${zed0.window} requests`),
      );
      await Promise.all([long, ...more]);
    });
  });
}
