import { open, readFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { refusal } from '../../boards/fixture.ts';
import { batch, network, onFabrics, seconds } from '../rig/boards/fabric-rig.ts';
import { fabricPackage } from '../rig/boards/fake-fabric.ts';

// What a boot loader and a kernel leave behind, as docs/facts.md has it under slcr/ and afi/.
const slcr = 0xf8000000;
const [armPll, ioPll] = [slcr + 0x100, slcr + 0x108];
const [lockState, fclk0, fclk0Gate] = [slcr + 0x00c, slcr + 0x170, slcr + 0x178];
const portWidth = 0xf8008014;

onFabrics((rig) => {
  const { inFabric, load, deploy } = rig;
  const setRegister = async (address: number, value: number): Promise<void> => {
    const memory = await open(inFabric('memory'), 'r+');
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    await memory.write(bytes, 0, 4, address);
    await memory.close();
  };
  const register = async (address: number): Promise<number> => {
    const memory = await open(inFabric('memory'));
    const { buffer } = await memory.read(Buffer.alloc(4), 0, 4, address);
    await memory.close();
    return buffer.readUInt32LE();
  };
  const said = (start: string) => rig.fabric.lines.filter((line) => line.startsWith(start));
  const works = () => fabricPackage(network, 'works');
  const infers = async (place: Parameters<typeof load>[0]) => {
    const { images, packed } = batch(3);
    return rig.zed0.infer({ ...place, images, packed }, seconds);
  };

  test('before a load the clock is made and switched on, and it stays so', async () => {
    expect(await register(fclk0Gate)).toBe(1);
    const [place] = await deploy(works());
    await load(place!);
    expect(await register(fclk0Gate)).toBe(0);
    await rig.zed0.unload(seconds);
    expect(await register(fclk0Gate)).toBe(0);
  });

  test('a locked SLCR, which would keep the kernel from loading, is unlocked for good', async () => {
    await setRegister(lockState, 1);
    const [place] = await deploy(works());
    await load(place!);
    expect((await infers(place!)).images).toBe(3);
    expect(await register(lockState)).toBe(0);
  });

  test.each([
    [
      'a PLL that cannot make it',
      { [armPll]: 40 << 12, [fclk0]: 0x00400520 },
      'cannot make 100 MHz from the 1333.333 MHz of its ARM PLL; the nearest is 95.2381 MHz',
    ],
    [
      'a PLL that does not run',
      { [ioPll]: (30 << 12) | 1 },
      'the I/O PLL of zed0, from which FCLK0 is made, does not run',
    ],
  ])('a clock from %s is refused, and nothing is loaded', async (_, registers, message) => {
    for (const [address, value] of Object.entries(registers)) await setRegister(Number(address), value);
    const [place] = await deploy(works());
    await expect(load(place!)).rejects.toThrow(refusal('board/clock', message));
    expect(said('configured')).toEqual([]);
    expect(await rig.zed0.status(seconds)).toMatchObject({
      loaded: '',
      fault: expect.stringContaining(message) as string,
    });
  });

  test('what is loaded does not go on with a clock that was changed for another package in vain', async () => {
    const [place, other] = await deploy(works(), fabricPackage(network, 'works', { clockMHz: 50 }));
    await load(place!);
    await setRegister(fclk0, 0x00400500);
    await mkdir(inFabric('fclkcfg', 'fpga-clk0'));
    for (const name of ['rate', 'enable']) await writeFile(inFabric('fclkcfg', 'fpga-clk0', name), '');
    await expect(load(other!)).rejects.toThrow(refusal('board/clock', 'fclkcfg/fpga-clk0 gives 50 MHz'));
    await expect(infers(place!)).rejects.toThrow(refusal('board/fault', 'fclkcfg/fpga-clk0 gives 50 MHz'));
  });

  test('where the kernel sets the clock, that is left to it, and its clock must be the one that is needed', async () => {
    await mkdir(inFabric('fclkcfg', 'fpga-clk0'));
    for (const name of ['rate', 'enable']) await writeFile(inFabric('fclkcfg', 'fpga-clk0', name), '');
    const [place] = await deploy(works());
    // Files do not set a clock; a kernel that rounds leaves another one, too.
    await expect(load(place!)).rejects.toThrow(
      refusal('board/clock', 'fclkcfg/fpga-clk0 gives 50 MHz, switched off'),
    );
    expect(await readFile(inFabric('fclkcfg', 'fpga-clk0', 'rate'), 'utf8')).toBe('100000000');
    expect(await readFile(inFabric('fclkcfg', 'fpga-clk0', 'enable'), 'utf8')).toBe('1');
    expect(await register(fclk0)).toBe(0x00400500);
  });

  test('a memory port of 32 bits, which would give garbage, is refused once the logic is there', async () => {
    await setRegister(portWidth, 1);
    const [place] = await deploy(works());
    await expect(load(place!)).rejects.toThrow(
      refusal('board/port-width', 'the memory port HP0 of zed0 is set to 32 bits'),
    );
    // Asked after the load only, for before it the port may have no clock.
    expect(said('configured')).toHaveLength(1);
  });

  test('registers are reached through UIO devices where these hold them', async () => {
    const ranges = { uio0: ['0x40000000', '0x00010000'], uio1: ['0xf8000000', '0x00010000'] } as const;
    for (const [name, [addr, size]] of Object.entries(ranges)) {
      await mkdir(inFabric('uio', name, 'maps', 'map0'), { recursive: true });
      await writeFile(inFabric('uio', name, 'maps', 'map0', 'addr'), `${addr}\n`);
      await writeFile(inFabric('uio', name, 'maps', 'map0', 'size'), `${size}\n`);
      // A device maps its range from its beginning, which this file cannot.
      await symlink('/nowhere', inFabric('devices', name));
    }
    const [place] = await deploy(works());
    await expect(load(place!)).rejects.toThrow(
      refusal('board/no-registers', 'devices/uio1 cannot be mapped: No such file or directory'),
    );
    await rm(inFabric('uio', 'uio1'), { recursive: true });
    await expect(load(place!)).rejects.toThrow(
      refusal('board/no-registers', 'devices/uio0 cannot be mapped: No such file or directory'),
    );
  });

  if (rig.settings.backEnd === 'sysfs')
    test('while the kernel does not return, the client is answered and the board refuses', async () => {
      const [place] = await deploy(works());
      await writeFile(inFabric('kernel-delay'), '8000');
      await expect(load(place!)).rejects.toThrow(
        refusal('board/still-loading', 'the kernel of zed0 has been loading a bitstream for '),
      );
      await rm(inFabric('kernel-delay'));
      await expect(load(place!)).rejects.toThrow(refusal('board/still-loading', 'has not returned'));
      expect((await rig.zed0.status(seconds)).fault).toContain('has not returned');
      await expect
        .poll(() => load(place!).catch((error: unknown) => error), { timeout: 20_000, interval: 500 })
        .toMatchObject({ emulated: true });
      expect((await infers(place!)).images).toBe(3);
    });

  test.each([
    ['comes to rest by itself', 'late', 'comes to rest'],
    ['does not come to rest', 'stalls', 'is reset'],
  ])('a load after a stall waits, and resets an accelerator that %s', async (_, mode, outcome) => {
    const [place, good] = await deploy(fabricPackage(network, mode), works());
    await load(place!);
    await expect(infers(place!)).rejects.toThrow(refusal('board/stalled', 'did not give the results'));
    await load(good!);
    // Before an overlay the logic is reset in any case.
    const isReset = outcome === 'is reset' || rig.settings.backEnd === 'overlay';
    expect(said('held in reset').at(-1)).toBe(isReset ? 'held in reset before the load' : undefined);
    expect((await infers(good!)).images).toBe(3);
  });

  test('the engines of a stall are not asked again once other logic is loaded', async () => {
    const [place, busy, good] = await deploy(
      fabricPackage(network, 'stalls'),
      fabricPackage(network, 'busy'),
      works(),
    );
    await load(place!);
    await expect(infers(place!)).rejects.toThrow(refusal('board/stalled', 'did not give the results'));
    await expect(load(busy!)).rejects.toThrow(refusal('board/no-accelerator', 'zed0'));
    const resets = said('held in reset').length;
    expect(resets).toBe(1);
    await load(good!);
    expect(said('held in reset').length - resets).toBe(rig.settings.backEnd === 'overlay' ? 1 : 0);
  });

  test('the packages of a deployment are verified before they are loaded, and not again', async () => {
    const [place] = await deploy(works());
    expect((await rig.zed0.status(seconds)).deployment).toBe(place!.deployment);
    const file = inFabric('firmware-folder', 'pipeline-board', `${place!.package}.bin`);
    await expect.poll(() => readFile(file).catch(() => null), { timeout: 10_000 }).not.toBeNull();
    await expect.poll(async () => (await rig.zed0.metrics(seconds)).figures['loads']).toBe(0);
    // What a later load needs of the package on the disk is its description and its engines.
    await load(place!);
    await rm(`${rig.path}/zed0/packages/${place!.package}/bitstream.bin`);
    await load(place!);
    expect((await infers(place!)).images).toBe(3);
    // A file that is not the one that was written is verified again, from the package.
    await writeFile(file, 'another');
    await expect(load(place!)).rejects.toThrow(refusal('package/missing-file', 'bitstream.bin'));
  });
});
