import { byteSize } from '../../../base/units.ts';
import type { Facts, Finding } from './facts.ts';
import { bad, fact, ok, registerOf, unknown } from './facts.ts';
import { registers } from './script.ts';

/** The findings on a board's programmable logic and the kernel's ways to it; `crystalMegahertz` as in the board table. */
export function checkFabric(facts: Facts, crystalMegahertz: number | null): readonly Finding[] {
  return [
    manager(facts),
    buffer(facts),
    access(facts),
    lock(facts),
    clock(facts, crystalMegahertz),
    port(facts),
    watchdog(facts),
  ];
}

function manager(facts: Facts): Finding {
  const [name, state] = [fact(facts, 'manager'), fact(facts, 'state')];
  if (name === '')
    return bad(
      'FPGA manager',
      'the kernel has none',
      'build it with CONFIG_FPGA_MGR_ZYNQ_FPGA; the device tree needs devcfg@f8007000',
    );
  if (fact(facts, 'firmware-attribute') !== '')
    return ok('FPGA manager', `${name}, loads by name, state ${state}`);
  if (fact(facts, 'overlays') !== '') return ok('FPGA manager', `${name}, loads by overlay, state ${state}`);
  return bad(
    'FPGA manager',
    `${name} has neither the attribute firmware nor a folder of overlays, so user space cannot load a bitstream`,
    "use Xilinx's kernel (linux-xlnx), or load dtbocfg; see docs/image.md",
  );
}

function buffer(facts: Facts): Finding {
  const size = fact(facts, 'buffer');
  if (size !== '') return ok('u-dma-buf', `udmabuf0 of ${byteSize(Number(size))}`);
  return bad(
    'u-dma-buf',
    'there is no udmabuf0, the buffer that the accelerator reads and writes',
    'install u-dma-buf and load it at boot with udmabuf0=33554432; see docs/image.md',
  );
}

/** The addresses of the port GP0, behind which the accelerator's registers are. */
const port0 = { from: 0x4000_0000, to: 0x8000_0000 };

function access(facts: Facts): Finding {
  const covers = (facts.get('uio') ?? []).find((line) => {
    const address = Number(line.split(' ')[1]);
    return address >= port0.from && address < port0.to;
  });
  if (covers === undefined) return ok('registers', 'reached by /dev/mem, for there is no UIO device at GP0');
  const [device = '', address = '', size = ''] = covers.split(' ');
  return ok('registers', `${device} covers ${byteSize(Number(size))} from ${address}`);
}

function lock(facts: Facts): Finding {
  const value = registerOf(facts, registers.lock);
  if (value === null) return unknown('system registers', 'cannot be read: no devmem, or not root');
  if ((value & 1) === 0) return ok('system registers', 'unlocked, as the kernel needs them');
  return bad(
    'system registers',
    'locked, so the kernel can neither reboot nor reset the logic',
    'find out which program locks them, and switch the power off and on',
  );
}

function clock(facts: Facts, crystalMegahertz: number | null): Finding {
  const [gate, control, pll] = [registers.gate, registers.clock, registers.ioPll].map((address) =>
    registerOf(facts, address),
  );
  if (typeof gate !== 'number' || typeof control !== 'number' || typeof pll !== 'number')
    return unknown('FCLK0', 'cannot be read: no devmem, or not root');
  const isStopped = (gate & 1) !== 0;
  if (isStopped && fact(facts, 'state') === 'operating')
    return bad(
      'FCLK0',
      'stopped under a loaded bitstream: an access to the logic would never end, and the board would hang',
      'load a package again; set fclk-enable = <0xf> in &clkc of the device tree (boards/image/pipeline-board.dtsi)',
    );
  if (isStopped) return ok('FCLK0', 'stopped; the server starts it before a load');
  const isOfIoPll = ((control >> 5) & 1) === 0;
  const divisor = ((control >> 8) & 63) * ((control >> 20) & 63);
  if (!isOfIoPll || divisor === 0 || crystalMegahertz === null) return ok('FCLK0', 'runs');
  const megahertz = (crystalMegahertz * ((pll >> 12) & 127)) / divisor;
  return ok('FCLK0', `runs at ${megahertz.toFixed(1)} MHz`);
}

function port(facts: Facts): Finding {
  const ports = [registers.readPort, registers.writePort].map((address) => registerOf(facts, address));
  if (ports.includes(null)) return unknown('HP0', 'its width is not known before a bitstream is loaded');
  if (ports.every((value) => ((value ?? 0) & 1) === 0)) return ok('HP0', '64 bits wide, as FINN needs it');
  return bad(
    'HP0',
    '32 bits wide, while FINN needs 64: the accelerator would read and write garbage',
    'build the boot files (FSBL) from a design in which HP0 has 64 bits',
  );
}

function watchdog(facts: Facts): Finding {
  if (fact(facts, 'watchdog') !== '') return ok('watchdog', '/dev/watchdog');
  return unknown('watchdog', 'none, so a board that hangs must be switched off and on by hand');
}
