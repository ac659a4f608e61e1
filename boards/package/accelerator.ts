import { Refusal } from '../../base/refusal.ts';
import type { Registers } from '../../vivado/registers.ts';
import { registerProblem } from '../../vivado/registers.ts';
import type { Fields } from '../../base/fields.ts';
import { parseFields } from '../../base/fields.ts';

/** A DMA engine of an accelerator: the location of its registers and, if known, how many bits it moves at a time. */
export interface DmaEngine extends Registers {
  readonly width: number | null;
}

/** The engines that feed an accelerator and read its results. */
export interface Accelerator {
  readonly input: DmaEngine;
  readonly output: DmaEngine;
}

/** The bytes of `accelerator.json`; equal engines give equal bytes. */
export function encodeAccelerator(inputs: readonly DmaEngine[], outputs: readonly DmaEngine[]): Uint8Array {
  const canonical = (engines: readonly DmaEngine[]) =>
    engines.map(({ name, address, range, width }) => ({ name, address, range, width }));
  const about = { format: 1, inputs: canonical(inputs), outputs: canonical(outputs) };
  return Buffer.from(`${JSON.stringify(about, null, 2)}\n`);
}

/**
 * Reads `accelerator.json` of a package for this part. Refuses (`package/bad-accelerator`) any number of engines but one per
 * direction, and registers that the processor cannot reach.
 */
export function parseAccelerator(bytes: Uint8Array, part: string): Accelerator {
  const fields = parseFields(Buffer.from(bytes).toString('utf8'), 'accelerator.json', code);
  if (fields.count('format') !== 1) throw bad(`has format ${fields.count('format')}, not 1`);
  const accelerator = { input: only(fields, 'inputs'), output: only(fields, 'outputs') };
  const problem = registerProblem([accelerator.input, accelerator.output], part);
  if (problem !== null) throw bad(`is wrong: ${problem}`);
  return accelerator;
}

const code = 'package/bad-accelerator';

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
