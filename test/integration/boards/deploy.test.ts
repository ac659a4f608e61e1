import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { connectBoard } from '../../../boards/client/connection.ts';
import {
  big,
  emulated,
  half,
  megabyte,
  middle,
  onSshBoard,
  otherHalf,
  state,
} from '../rig/boards/deploy-rig.ts';
import { xorSample } from '../rig/boards/server.ts';

onSshBoard((rig) => {
  describe('a deploy to a real board', () => {
    test('brings packages and deployment, says how fast, and leaves the board free', async () => {
      const packages = [big(3 * megabyte), big(megabyte, otherHalf)];
      const { result, out, log } = await rig.deployPackages(packages);
      expect(result).toMatchObject({
        ok: true,
        emulated: true,
        summary: expect.stringMatching(
          /^EMULATED: zed0 holds deployment [0-9a-f]{12}, 2 of 2 packages sent, 4\.0 MB in \d\.\d s$/,
        ) as string,
      });
      expect(log.slice(0, 2)).toEqual(packages.map(({ id }) => `zed0: package ${id.slice(0, 12)} is sent`));
      expect(log.at(-1)).toMatch(/^zed0: 4\.0 MB of 4\.0 MB, [\d.]+ MB\/s$/);
      expect(rig.onDisk()).toEqual(packages.map(({ id }) => id).sort());
      const modes = rig.zed0.execute(
        `cd ${state}; find packages deployment.json -printf '%y%m\\n' | sort -u`,
      );
      expect(modes).toBe('d755\nf644\n');

      const connection = await connectBoard('zed0', rig.zed0.address, rig.key, 5);
      const receipt = JSON.parse(readFileSync(join(out, 'receipt/receipt.json'), 'utf8')) as JsonObject;
      expect(await connection.status(5)).toMatchObject({
        deployment: receipt['deployment'],
        leasedSeconds: 0,
      });
      await connection.acquire(5, 5);
      const place = { deployment: receipt['deployment'] as string, position: 1, package: packages[1]!.id };
      expect(await connection.load(place, 5)).toMatchObject({ package: packages[1]!.id });
      await connection.release(5);
      connection.close();
    });

    test('a second deploy sends nothing and gives the same receipt', async () => {
      const packages = [big(megabyte)];
      const first = await rig.deployPackages(packages);
      rig.zed0.line.reset();
      const inode = `stat -c %i ${state}/deployment.json`;
      const before = rig.zed0.execute(inode);
      const second = await rig.deployPackages(packages);
      expect(second.result).toMatchObject({
        summary: expect.stringMatching(/, 0 of 1 packages sent$/) as string,
      });
      expect(rig.zed0.line.sent()).toBeLessThan(30_000);
      expect(rig.zed0.execute(inode)).toBe(before);
      const [a, b] = [first, second].map(({ out }) =>
        readFileSync(join(out, 'receipt/receipt.json'), 'utf8'),
      );
      expect(a).toBe(b);
    });

    test('sends only what changed, and keeps the package that it replaces', async () => {
      const [kept, old, changed] = [big(2 * megabyte), big(megabyte, otherHalf), big(megabyte, otherHalf)];
      await rig.deployPackages([kept, old]);
      rig.zed0.line.reset();
      expect((await rig.deployPackages([kept, changed])).result).toMatchObject({
        summary: expect.stringContaining(', 1 of 2 packages sent, 1.0 MB in ') as string,
      });
      expect(rig.zed0.line.sent()).toBeLessThan(1.1 * megabyte);
      expect(rig.onDisk()).toEqual([kept, old, changed].map(({ id }) => id).sort());
    });

    test('sends a package that is at two positions only once', async () => {
      const twice = big(megabyte, xorSample(0x11, middle, middle));
      expect((await rig.deployPackages([twice, twice])).result).toMatchObject({
        ok: true,
        summary: expect.stringContaining(', 1 of 2 packages sent, 1.0 MB in ') as string,
      });
      expect(rig.onDisk()).toEqual([twice.id]);
    });

    test('that runs no submodel brings the deployment alone', async () => {
      const elsewhere = half.package(
        { board: 'pynq-z1', part: 'xc7z020clg400-1' },
        new Map([['emulated.json', emulated]]),
      );
      const others = [{ name: 'pynq', type: 'pynq-z1', emulated: true, address: null, ssh: null }];
      expect((await rig.deployPackages([elsewhere], { others })).result).toMatchObject({
        ok: true,
        summary: expect.stringMatching(
          /^EMULATED: zed0 holds deployment \w+, 0 of 0 packages sent$/,
        ) as string,
      });
      expect(rig.onDisk()).toEqual([]);
    });

    test('replaces a damaged package', async () => {
      const packages = [big(megabyte)];
      await rig.deployPackages(packages);
      const damaged = `${state}/packages/${packages[0]!.id}/emulated.json`;
      rig.zed0.execute(`echo x >${damaged}; mkdir ${state}/packages/${packages[0]!.id}/more`);
      expect((await rig.deployPackages(packages)).result).toMatchObject({
        summary: expect.stringContaining('1 of 1 packages sent') as string,
      });
      expect(rig.zed0.execute(`cat ${damaged}; ls ${state}/packages/${packages[0]!.id}`)).toBe(
        `${emulated.toString()}deep\nemulated.json\npackage.json\n`,
      );
    });

    test('keeps as many old packages as configured, and always the loaded one', async () => {
      const made = Array.from({ length: 4 }, () => big(1000));
      const { out } = await rig.deployPackages([made[0]!]);
      const { deployment } = JSON.parse(readFileSync(join(out, 'receipt/receipt.json'), 'utf8')) as {
        deployment: string;
      };
      const connection = await connectBoard('zed0', rig.zed0.address, rig.key, 5);
      await connection.acquire(5, 5);
      await connection.load({ deployment, position: 0, package: made[0]!.id }, 5);
      await connection.release(5);
      for (const [at, found] of made.entries()) {
        const params = at < 3 ? {} : { keep: 1 };
        await rig.deployPackages([found], { params });
        // Times of folders have steps of some ms.
        rig.zed0.execute(`touch -d @${1e9 + at} ${state}/packages/${found.id}`);
      }
      expect(rig.onDisk()).toEqual([made[0]!, made[2]!, made[3]!].map(({ id }) => id).sort());
      await connection.acquire(5, 5);
      await connection.unload(5);
      await connection.release(5);
      connection.close();
    });

    test('dates packages by the clock of this computer, since many boards have none that is battery-backed', async () => {
      const packages = [big(1000)];
      const before = Math.floor(Date.now() / 1000);
      await rig.deployPackages(packages);
      const [seconds, fraction] = rig.zed0
        .execute(`TZ=UTC0 stat -c %.9Y ${state}/packages/${packages[0]!.id}`)
        .trim()
        .split('.');
      expect(Number(seconds)).toBeGreaterThanOrEqual(before);
      expect(Number(seconds)).toBeLessThanOrEqual(Date.now() / 1000);
      expect(fraction).toBe('000000000');
    });

    test('works with a temporary folder whose name has blanks, quotes and patterns', async () => {
      const odd = join(rig.folder, 'a b\'c"d %h ${HOME}', 'x'.repeat(100));
      mkdirSync(odd, { recursive: true });
      vi.stubEnv('TMPDIR', odd);
      try {
        expect((await rig.deployPackages([big(1000)])).result).toMatchObject({ ok: true });
        expect(readdirSync(odd)).toEqual([]);
        vi.stubEnv('TMPDIR', join(odd, 'nowhere'));
        expect((await rig.deployPackages([big(1000)])).result).toMatchObject({
          ok: false,
          diagnostics: [{ code: 'infrastructure/disk', hint: expect.stringContaining('TMPDIR') as string }],
        });
      } finally {
        vi.unstubAllEnvs();
      }
    });

    test('removes uploads that are a day old, and no younger ones', async () => {
      rig.zed0.execute(
        `mkdir -p ${state}/packages/.incoming-old ${state}/packages/.incoming-new; touch -d @1000000000 ${state}/packages/.incoming-old`,
      );
      const packages = [big(1000)];
      await rig.deployPackages(packages);
      expect(rig.onDisk()).toEqual(['.incoming-new', packages[0]!.id].sort());
    });
  });
});
