import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { refusal } from '../../boards/fixture.ts';
import { batch, network, onFabrics, seconds } from '../rig/boards/fabric-rig.ts';
import { fabricPackage } from '../rig/boards/fake-fabric.ts';

onFabrics((rig) => {
  const { inFabric, load, deploy } = rig;

  test.each([
    ['stalls', 'idma0 has control 0x06 (ended), odma0 has control 0x01 (at work); it read all input'],
    [
      'starves',
      'idma0 has control 0x00 (at work), odma0 has control 0x01 (at work); it did not read all input',
    ],
  ])('an accelerator that %s is a fault until the next load', async (mode, diagnosis) => {
    const [place, good] = await deploy(fabricPackage(network, mode), fabricPackage(network, 'works'));
    await load(place!);
    const { images, packed } = batch(3);
    const stalled = rig.zed0.infer({ ...place!, images, packed }, seconds);
    await expect(stalled).rejects.toThrow(refusal('board/stalled', diagnosis));
    const status = await rig.zed0.status(seconds);
    expect(status).toMatchObject({ loaded: '', fault: expect.stringContaining(diagnosis) as string });
    await expect(rig.zed0.infer({ ...place!, images, packed }, seconds)).rejects.toThrow(
      refusal('board/fault', 'accepts no batches since this fault'),
    );
    expect((await rig.zed0.metrics(seconds)).figures).toMatchObject({ faults: 1, batches: 0 });
    await load(good!);
    expect((await rig.zed0.infer({ ...good!, images, packed }, seconds)).images).toBe(3);
    expect((await rig.zed0.status(seconds)).fault).toBe('');
  });

  test.each([
    [
      'logic that does not start',
      'dead',
      {},
      'board/load-failed',
      'the FPGA manager reports: write complete error',
    ],
    [
      'an engine that is not idle',
      'busy',
      {},
      'board/no-accelerator',
      'idma0 on zed0 is not idle after the load',
    ],
    [
      'logic that the kernel leaves cut off',
      'shut',
      {},
      'board/logic-unreachable',
      'an access to the logic of zed0 would stop its processor: its level shifters are off',
    ],
  ])('%s is a fault', async (_what, mode, change, code, message) => {
    const [place] = await deploy(fabricPackage(network, mode, change));
    await expect(load(place!)).rejects.toThrow(refusal(code, message));
    expect((await rig.zed0.status(seconds)).fault).toContain(message);
    const { images, packed } = batch(1);
    await expect(rig.zed0.infer({ ...place!, images, packed }, seconds)).rejects.toThrow(
      refusal('board/fault', 'zed0'),
    );
  });

  const outside = {
    inputs: [{ name: 'idma0', address: 0xf8000000 }],
    outputs: [{ name: 'odma0', address: 0x40010000 }],
  };
  const engines = {
    inputs: [{ name: 'idma0', address: 0x40000000 }],
    outputs: [{ name: 'odma0', address: 0x40001000 }],
  };
  const clock = { fclk0MHz: 100, acceleratorMHz: 100 };
  test.each([
    ['an engine outside of the logic', { format: 2, clock, ...outside }, 'is not in the programmable logic'],
    ['two engines for inputs', { format: 2, clock, ...engines, inputs: [{}, {}] }, 'one engine in inputs'],
    ['no clocks', { format: 1, ...engines }, 'has format 1; this version reads format 2'],
    [
      'a clock of 0 MHz',
      { format: 2, clock: { ...clock, acceleratorMHz: 0 }, ...engines },
      '"acceleratorMHz" is not a frequency in MHz',
    ],
  ])('a package with %s is refused before anything changes', async (_, accelerator, message) => {
    const [good, bad] = await deploy(
      fabricPackage(network, 'works'),
      fabricPackage(network, 'works', { accelerator }),
    );
    await load(good!);
    await expect(load(bad!)).rejects.toThrow(refusal('package/bad-accelerator', message));
    expect(await rig.zed0.status(seconds)).toMatchObject({ loaded: good!.package, fault: '' });
  });

  test('registers that cannot be mapped are refused', async () => {
    const [place] = await deploy(fabricPackage(network, 'works'));
    await rm(inFabric('memory'));
    await expect(load(place!)).rejects.toThrow(refusal('board/no-registers', 'memory cannot be mapped'));
  });

  test('a kernel that does nothing is a fault', async () => {
    await rig.fabric.stop();
    const [place] = await deploy(fabricPackage(network, 'works'));
    await expect(load(place!)).rejects.toThrow(
      refusal('board/load-failed', 'the load is over, but the logic does not operate'),
    );
    // The server may be writing there at the moment.
    await rm(inFabric('firmware-folder'), { recursive: true, maxRetries: 10 });
    const [other] = await deploy(fabricPackage(network, 'works', { clockMHz: 50 }));
    await expect(load(other!)).rejects.toThrow(refusal('board/load-failed', 'cannot be written'));
  });

  if (rig.settings.backEnd === 'overlay')
    test('an overlay that the kernel drops without a word is not taken for a load by the state of the one before', async () => {
      const [place, other] = await deploy(
        fabricPackage(network, 'works'),
        fabricPackage(network, 'works', { clockMHz: 50 }),
      );
      await load(place!);
      await rig.fabric.stop();
      expect(await readFile(inFabric('manager', 'state'), 'utf8')).toBe('operating\n');
      await expect(rig.zed0.load(other!, seconds)).rejects.toThrow(
        refusal('board/load-failed', 'the kernel took the overlay, but loaded no bitstream'),
      );
    });

  test('a buffer that is too small, and none, are faults', async () => {
    const [place] = await deploy(fabricPackage(network, 'works'));
    await writeFile(inFabric('buffer', 'size'), '4100\n');
    await expect(load(place!)).rejects.toThrow(refusal('board/no-buffer', 'does not hold two images'));
    await writeFile(inFabric('buffer', 'phys_addr'), '');
    await expect(load(place!)).rejects.toThrow(
      refusal('board/no-buffer', 'phys_addr does not contain a number'),
    );
  });
});
