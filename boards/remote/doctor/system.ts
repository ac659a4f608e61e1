import { byteSize } from '../../../base/units.ts';
import { forgottenFolder } from '../mounts.ts';
import { readFree } from '../survey.ts';
import type { Facts, Finding } from './facts.ts';
import { bad, fact, ok, unknown } from './facts.ts';
import { kernelOptions } from './script.ts';

/** The findings on a board's Linux; `output` is that of `doctorScript`, `boardType` the one in pipeline.yaml. */
export function checkSystem(facts: Facts, output: string, boardType: string): readonly Finding[] {
  return [
    model(facts, boardType),
    kernel(facts),
    init(facts),
    disk(facts, output),
    memory(facts),
    clock(facts),
    link(facts),
  ];
}

/** How the device trees of Linux and Petalinux call a board. */
const models: { readonly [boardType: string]: RegExp } = {
  zedboard: /\bzed/i,
  'pynq-z1': /pynq/i,
  'pynq-z2': /pynq/i,
};

function model(facts: Facts, boardType: string): Finding {
  const [name, compatible] = [fact(facts, 'model'), fact(facts, 'compatible')];
  if (compatible === '') return unknown('model', 'this Linux has no device tree');
  if (!compatible.split(' ').includes('xlnx,zynq-7000'))
    return bad('model', `${name} is not a Zynq 7000`, 'check the address of the board in pipeline.yaml');
  if (models[boardType]?.test(name) === true) return ok('model', name);
  // Device trees that were generated from a design often keep a name of their own.
  return unknown('model', `${name}; pipeline.yaml says ${boardType}`);
}

function kernel(facts: Facts): Finding {
  const release = fact(facts, 'kernel');
  if (fact(facts, 'config') === '') return ok('kernel', `${release}, which does not show its configuration`);
  const present = facts.get('option') ?? [];
  const hasAttribute = fact(facts, 'firmware-attribute') !== '';
  // Overlays are the way to load a bitstream where the FPGA manager has no attribute for it; UIO replaces /dev/mem.
  const needed = kernelOptions.filter((option) => {
    if (option === 'OF_OVERLAY') return !hasAttribute;
    return option !== 'UIO_PDRV_GENIRQ' || !present.includes('DEVMEM');
  });
  const missing = needed.filter((option) => !present.includes(option)).map((option) => `CONFIG_${option}`);
  if (missing.length === 0) return ok('kernel', release);
  return bad('kernel', `${release} has no ${missing.join(', ')}`, 'build it with boards/image/kernel.config');
}

function init(facts: Facts): Finding {
  const name = fact(facts, 'init');
  if (name !== '') return ok('init', name);
  return bad(
    'init',
    'neither systemd nor sysvinit, so nothing would start the server',
    'use an image with one of them; see docs/image.md',
  );
}

function disk(facts: Facts, output: string): Finding {
  const forgotten = forgottenFolder(output);
  if (forgotten !== null)
    return bad(
      'disk',
      `${forgotten.folder} is in memory (${forgotten.type}) and forgets the server at a reboot`,
      'use a root filesystem on the card: in Petalinux, Root filesystem type EXT4',
    );
  const free = readFree(output);
  if (free >= packageBytes) return ok('disk', `${byteSize(free)} free`);
  return bad(
    'disk',
    `only ${byteSize(free)} free`,
    'make room: a package of a Zynq 7020 takes more than 4 MB',
  );
}

/** Bytes of an uncompressed bitstream of a Zynq 7020, twice: a deployment copies before it removes. */
const packageBytes = 2 * 4_045_564;

function memory(facts: Facts): Finding {
  const [total, contiguous] = ['MemTotal', 'CmaTotal'].map((name) => Number(fact(facts, name)) * 1024);
  const text = `${byteSize(total ?? 0)}, of which ${byteSize(contiguous ?? 0)} can be allocated in one piece (CMA)`;
  if (contiguous !== 0 || fact(facts, 'buffer') !== '') return ok('memory', text);
  return bad('memory', text, 'add cma=64M to the command line of the kernel');
}

/** 2020-01-01, in seconds since 1970: a board without a clock that runs without power starts long before. */
const plausibleSeconds = 1_577_836_800;

function clock(facts: Facts): Finding {
  const seconds = Number(fact(facts, 'time'));
  const date = new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  // The server measures times with a clock that is never set; only the dates in logs are wrong.
  return seconds < plausibleSeconds
    ? unknown('clock', `${date}: never set, so dates in its logs are wrong`)
    : ok('clock', date);
}

function link(facts: Facts): Finding {
  const links = (facts.get('link') ?? []).map((line) => line.split(' ')).filter(([name]) => name !== 'lo');
  const known = links.flatMap(([name = '', speed]) =>
    Number(speed) > 0 ? [`${name} ${Number(speed)} Mbit/s`] : [],
  );
  return known.length === 0 ? unknown('link', 'its speed is not known') : ok('link', known.join(', '));
}
