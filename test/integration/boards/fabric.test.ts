import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { unpack } from '../../../finn/packing.ts';
import { deployTo, refusal } from '../../boards/fixture.ts';
import { batch, key, network, onFabrics, seconds } from '../rig/boards/fabric-rig.ts';
import { startServer } from '../rig/boards/server.ts';
import { fabricPackage, layOutFabric } from '../rig/boards/fake-fabric.ts';

onFabrics((rig) => {
  const { inFabric, load, deploy } = rig;
  const firmware = (...parts: readonly string[]): string =>
    inFabric('firmware-folder', 'pipeline-board', ...parts);

  test('a package is loaded and computes, in pieces where the buffer is small', async () => {
    const [place] = await deploy(fabricPackage(network, 'works'));
    // Nothing that a simulation gives may pass for a measurement.
    expect(await load(place!)).toMatchObject({ emulated: true, modelledSeconds: 0.2298 });
    expect(await rig.zed0.status(seconds)).toMatchObject({
      emulated: true,
      loaded: place!.package,
      fault: '',
    });
    for (const count of [1, 5, 2000]) {
      const { images, packed, results } = batch(count);
      const answer = await rig.zed0.infer({ ...place!, images, packed }, seconds);
      expect(answer).toMatchObject({ emulated: true });
      expect(answer.modelledSeconds).toBeCloseTo((count * 5000) / 100e6, 9);
      const got = Array.from({ length: count }, (_, image) =>
        Array.from(unpack(answer.packed.subarray(image * 6, image * 6 + 6), [1, 24], 'INT2').data),
      );
      expect(got).toEqual(results);
    }
    const computed = rig.fabric.lines.filter((line) => line.startsWith('computed'));
    // Of half the buffer, 32 KiB without a page, an image takes 64 bytes and its result 8.
    const counts = computed.map((line) => Number(line.split(' ')[1]));
    expect(counts).toEqual([1, 5, 398, 398, 398, 398, 398, 10]);
    // 1000 MHz of the PLL divided by 10, in either divisor; the registers stay as the kernel needs them, which is unlocked.
    expect(computed[0]).toMatch(/clock 0x00(100a00|a00100|200500|500200) lock 0x0$/);
    expect(await readdir(firmware())).toEqual([`${place!.package}.bin`]);
  });

  test('the caches are synchronised by one command for each direction', async () => {
    const [place] = await deploy(fabricPackage(network, 'works'));
    await load(place!);
    const { images, packed } = batch(3);
    await rig.zed0.infer({ ...place!, images, packed }, seconds);
    const command = async (file: string) => BigInt((await readFile(inFabric('buffer', file), 'utf8')).trim());
    // 3 images of 64 bytes at 0 for the device; 3 results of 8 bytes, rounded to 16, behind the 448 images of a half.
    expect(await command('sync_for_device')).toBe((192n << 0n) | 5n);
    expect(await command('sync_for_cpu')).toBe((28672n << 32n) | 32n | 9n);
  });

  test('another package takes the place of the first', async () => {
    const places = await deploy(
      fabricPackage(network, 'works'),
      fabricPackage(network, 'works', { clockMHz: 50 }),
    );
    for (const place of places) {
      await load(place);
      const { images, packed } = batch(2);
      await rig.zed0.infer({ ...place, images, packed }, seconds);
    }
    // The clock of the logic is made in the logic, of the 100 MHz that every design gets.
    const divided = (): readonly number[] =>
      rig.fabric.lines
        .filter((line) => line.startsWith('computed'))
        .map((line) => Number(line.split(' ')[3]))
        .map((clock) => ((clock >> 8) & 63) * ((clock >> 20) & 63));
    await expect.poll(divided).toEqual([10, 10]);
  });

  test('refuses what is no bitstream, and what a real Vivado made, and touches nothing', async () => {
    const good = fabricPackage(network, 'works');
    const [place, noSync, odd, real] = await deploy(
      good,
      fabricPackage(network, 'works', { bitstream: Buffer.alloc(64, 0xff) }),
      fabricPackage(network, 'works', { bitstream: Buffer.of(0x66, 0x55, 0x99, 0xaa, 0) }),
      fabricPackage(network, 'works', { emulated: false }),
    );
    await load(place!);
    for (const bad of [noSync, odd])
      await expect(load(bad!)).rejects.toThrow(refusal('package/bad-bitstream', 'zed0'));

    await expect(load(real!)).rejects.toThrow(refusal('package/not-emulated', 'zed0 is an emulated board'));
    expect(await rig.zed0.status(seconds)).toMatchObject({ loaded: place!.package, fault: '' });
  });

  test('a server that is not configured as simulated refuses simulated packages', async () => {
    const real = await startServer(rig.server, join(rig.path, 'zed1'), 'zed1', key, {
      ...rig.settings,
      simulated: false,
      paths: await layOutFabric(join(rig.path, 'other')),
    });
    const zed1 = await connectBoard('zed1', real.address, key, seconds);
    await zed1.acquire(60, seconds);
    const found = fabricPackage(network, 'works');
    const { deployment } = await deployTo(join(rig.path, 'zed1'), [found], ['zed1'], key);
    const loaded = zed1.load({ deployment, position: 0, package: found.id }, seconds);
    await expect(loaded).rejects.toThrow(refusal('package/emulated', 'zed1 is a real board'));
    expect(await zed1.status(seconds)).toMatchObject({ emulated: false, loaded: '', fault: '' });
    zed1.close();
    await real.stop();
  });

  test('the firmware folder has the bitstreams of the packages, and nothing else', async () => {
    const [first, second] = [
      fabricPackage(network, 'works'),
      fabricPackage(network, 'works', { clockMHz: 50 }),
    ];
    const [place, other] = await deploy(first, second);
    const stale = `${'0'.repeat(64)}.bin`;
    const foreign = ['brcm.bin', `${'0'.repeat(63)}.bin`, `${'0'.repeat(64)}.bit`];
    for (const name of [stale, `${stale}.incoming`, `${first.id}.bin.incoming`, ...foreign])
      await writeFile(firmware(name), 'something');
    const bitstream = Buffer.from(first.payload.get('bitstream.bin')!);
    const [file, otherFile] = [first, second].map(({ id }) => `${id}.bin`) as [string, string];
    // Of the right length, but not what was deployed.
    await writeFile(firmware(file), Buffer.alloc(bitstream.length));
    await load(place!);
    expect(await readFile(firmware(file))).toEqual(bitstream);
    await load(other!);
    expect((await readdir(firmware())).sort()).toEqual([file, otherFile, ...foreign].sort());
    // What both packages need stays as long as the board keeps both.
    const { ino, mtimeMs } = await stat(firmware(file));
    await load(place!);
    expect(await stat(firmware(file))).toMatchObject({ ino, mtimeMs });
    await rm(join(rig.path, 'zed0', 'packages', second.id), { recursive: true });
    await load(place!);
    expect((await readdir(firmware())).sort()).toEqual([file, ...foreign].sort());
  });

  if (rig.settings.backEnd === 'overlay')
    test('the overlay names the bitstream and the region', async () => {
      await rig.fabric.stop();
      const [place] = await deploy(fabricPackage(network, 'works'));
      await expect(load(place!)).rejects.toThrow();
      const blob = await readFile(inFabric('overlays', 'pipeline-board', 'dtbo'));
      expect(blob.readUInt32BE(0)).toBe(0xd00dfeed);
      expect(blob.readUInt32BE(4)).toBe(blob.length);
      for (const text of [
        'target-path',
        '/fpga-full',
        '__overlay__',
        'firmware-name',
        `pipeline-board/${place!.package}.bin`,
      ])
        expect(blob.includes(`${text}\0`)).toBe(true);
    });
});
