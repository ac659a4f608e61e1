import { Refusal } from '../../base/refusal.ts';
import type { Registers } from '../../vivado/registers.ts';
import { registerProblem } from '../../vivado/registers.ts';
import type { Clocks } from '../../vivado/handoff.ts';
import type { Fields } from '../../base/fields.ts';
import { parseFields } from '../../base/fields.ts';

/** A DMA engine of an accelerator: the location of its registers and, if known, how many bits it moves at a time. */
export interface DmaEngine extends Registers {
  readonly width: number | null;
}

/** The clocks of an accelerator, and the engines that feed it and read its results. */
export interface Accelerator {
  readonly clock: Clocks;
  readonly input: DmaEngine;
  readonly output: DmaEngine;
}

/** The bytes of `accelerator.json`; equal clocks and engines give equal bytes. */
export function encodeAccelerator({
  clock,
  inputs,
  outputs,
}: Pick<Accelerator, 'clock'> & Engines): Uint8Array {
  const canonical = (engines: readonly DmaEngine[]) =>
    engines.map(({ name, address, range, width }) => ({ name, address, range, width }));
  const { fclk0MHz, acceleratorMHz } = clock;
  const about = {
    format,
    clock: { fclk0MHz, acceleratorMHz },
    inputs: canonical(inputs),
    outputs: canonical(outputs),
  };
  return Buffer.from(`${JSON.stringify(about, null, 2)}\n`);
}

/**
 * Reads `accelerator.json` of a package for this part. Refuses (`package/bad-accelerator`) any number of engines but one per
 * direction, and registers that the processor cannot reach.
 */
export function parseAccelerator(bytes: Uint8Array, part: string): Accelerator {
  const fields = parseFields(Buffer.from(bytes).toString('utf8'), 'accelerator.json', code);
  if (fields.count('format') !== format) throw bad(`has format ${fields.count('format')}, not ${format}`);
  const clock = fields.object('clock');
  const accelerator = {
    clock: { fclk0MHz: clock.amount('fclk0MHz'), acceleratorMHz: clock.amount('acceleratorMHz') },
    input: only(fields, 'inputs'),
    output: only(fields, 'outputs'),
  };
  const problem = registerProblem([accelerator.input, accelerator.output], part);
  if (problem !== null) throw bad(`is wrong: ${problem}`);
  return accelerator;
}

const code = 'package/bad-accelerator';
/** Format 1 had no clocks. */
const format = 2;

interface Engines {
  readonly inputs: readonly DmaEngine[];
  readonly outputs: readonly DmaEngine[];
}

function only(fields: Fields, side: 'inputs' | 'outputs'): DmaEngine {
  const engines = fields.objects(side).map(parseEngine);
  const [engine, ...others] = engines;
  if (engine === undefined) throw bad(`names no engine in ${side}`);
  if (others.length === 0) return engine;
  const names = engines.map(({ name }) => name).join(', ');
  throw bad(`names ${engines.length} engines in ${side}, ${names}; only one is supported`);
}

function parseEngine(engine: Fields): DmaEngine {
  return {
    name: engine.text('name'),
    address: engine.count('address'),
    range: engine.count('range'),
    width: engine.countOrNull('width'),
  };
}

function bad(what: string): Refusal {
  return new Refusal(code, `accelerator.json ${what}`, 'build the package again');
}
