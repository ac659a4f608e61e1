import sax from 'sax';
import { Refusal } from '../base/refusal.ts';
import { attributeText, firstLine } from './xml.ts';
import type { Registers } from './registers.ts';
import { overlap, registerProblem } from './registers.ts';

/** One of FINN's DMA engines in the programmable logic. */
export interface DmaEngine extends Registers {
  /** Bits per transfer of its memory port; null if the handoff does not say. */
  readonly width: number | null;
  /** Bits of the addresses that its control port decodes; null if the handoff does not say. */
  readonly addressBits: number | null;
}

/** The clocks of a design, in MHz: the one that it takes from the processor, and the one that its accelerator runs at. */
export interface Clocks {
  readonly fclk0MHz: number;
  readonly acceleratorMHz: number;
}

/** The engines that read a network's inputs from memory and write its outputs there, each by number. */
export interface Handoff {
  readonly clock: Clocks;
  readonly inputs: readonly DmaEngine[];
  readonly outputs: readonly DmaEngine[];
}

/**
 * Reads a hardware handoff (`.hwh`) of FINN's Zynq shell for this part: the modules `idmaN` and `odmaN` (FINN+ 1.6.1
 * `MakeZYNQProject`), the addresses of their registers, and the clocks. Refuses other files, and a handoff without reachable
 * engines or without clocks.
 */
export function readHandoff(hwh: string, part: string): Handoff {
  const modules = modulesOf(hwh);
  const processor = modules.find(({ type }) => processors.has(type));
  if (processor === undefined)
    throw new Refusal(
      'vivado/bad-handoff',
      'the hardware handoff has no Zynq processor',
      'build it again; the .hwh must be that of the whole design',
    );
  const engines = (kind: string): readonly DmaEngine[] => {
    const found = modules
      .filter(({ instance }) => new RegExp(`^${kind}\\d+$`).test(instance))
      .sort((a, b) => numberOf(a) - numberOf(b));
    if (found.length > 0) return found.map((module) => engineOf(module, processor));
    throw new Refusal(
      'vivado/no-engine',
      `the hardware handoff has no ${kind}0, FINN's DMA engine for ${kind === 'idma' ? 'input' : 'output'}`,
      "build with FINN's Zynq shell",
    );
  };
  const [inputs, outputs] = [engines('idma'), engines('odma')];
  checkReach([...inputs, ...outputs], processor, part);
  return { clock: clocksOf(modules, processor), inputs, outputs };
}

interface Port {
  readonly name: string;
  readonly parameters: Map<string, string>;
}

interface MemoryRange extends Registers {
  readonly slave: string;
  readonly line: number;
}

interface Module {
  readonly instance: string;
  readonly type: string;
  readonly line: number;
  readonly parameters: Map<string, string>;
  readonly ports: Port[];
  /** The registers that it reaches, by the name of their module. */
  readonly registers: MemoryRange[];
}

const processors: ReadonlySet<string> = new Set(['processing_system7', 'zynq_ultra_ps_e']);

/** The processor's setting of the clock that FINN's shell takes, by family. */
const fclk0Parameters = ['PCW_FPGA0_PERIPHERAL_FREQMHZ', 'PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ'] as const;

/** A clock wizard makes the accelerator's clock (FINN+ 1.6.1); without one, FCLK0 is its clock, as in earlier shells. */
function clocksOf(modules: readonly Module[], processor: Module): Clocks {
  const fclk0MHz = megahertzIn(processor, fclk0Parameters);
  const wizard = modules.find(({ type }) => type === 'clk_wiz');
  const acceleratorMHz = wizard === undefined ? fclk0MHz : megahertzIn(wizard, ['CLKOUT1_OUT_FREQ']);
  return { fclk0MHz, acceleratorMHz };
}

function megahertzIn({ instance, line, parameters }: Module, names: readonly string[]): number {
  const texts = names.map((name) => parameters.get(name)).filter((text) => text !== undefined);
  const value = Number(texts[0]);
  if (value > 0 && value < 10_000) return value;
  throw new Refusal(
    'vivado/no-clock',
    `${instance} (line ${line} of the .hwh) does not state its clock in ${names.join(' or ')}`,
    'the .hwh must be that of the whole design, as Vivado wrote it',
  );
}

function engineOf({ instance, ports, line }: Module, processor: Module): DmaEngine {
  const found = processor.registers.filter(({ name }) => name === instance);
  const [range] = found;
  if (range === undefined)
    throw new Refusal(
      'vivado/no-engine',
      `${instance} (line ${line} of the .hwh) has no registers that ${processor.instance} reaches`,
      'its control port must have an address in the block design',
    );
  // Two masters may reach the same addresses.
  const other = found.find(({ address, range: bytes }) => address !== range.address || bytes !== range.range);
  if (other !== undefined)
    throw new Refusal(
      'vivado/bad-handoff',
      `${instance} has registers in two places (lines ${range.line} and ${other.line} of the .hwh)`,
      'assign its control port one address',
    );
  const control = ports.find(({ name }) => name === range.slave);
  const memory = ports.find(({ name }) => name.startsWith('m_axi_'));
  return {
    name: instance,
    address: range.address,
    range: range.range,
    width: bitsIn(memory, 'DATA_WIDTH'),
    addressBits: bitsIn(control, 'ADDR_WIDTH'),
  };
}

function checkReach(engines: readonly DmaEngine[], processor: Module, part: string): void {
  const names = new Set(engines.map(({ name }) => name));
  const others = processor.registers.filter(({ name }) => !names.has(name));
  // Conflicts among the other modules do not matter here.
  const pairs = engines.flatMap((engine) => others.map((other) => [engine, other]));
  const problem = registerProblem(engines, part) ?? firstOf(pairs.map(overlap));
  if (problem === null) return;
  throw new Refusal(
    'vivado/illegal-address',
    `${problem} (the memory map in the .hwh begins at line ${processor.registers[0]?.line ?? processor.line})`,
    'assign the addresses of the block design again',
  );
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}

function numberOf({ instance }: Module): number {
  return Number(instance.slice('idma'.length));
}

function bitsIn(port: Port | undefined, parameter: string): number | null {
  const value = port?.parameters.get(parameter) ?? '';
  return /^[1-9]\d{0,4}$/.test(value) ? Number(value) : null;
}

/** The modules of a handoff. */
function modulesOf(hwh: string): readonly Module[] {
  const modules: Module[] = [];
  const parser = sax.parser(true);
  let module: Module | null = null;
  let port: Port | null = null;
  parser.onopentag = ({ name: tag, attributes }) => {
    const text = (name: string): string => attributeText(attributes, name);
    const line = parser.line + 1;
    if (tag === 'MODULE') {
      module = {
        ...{ instance: text('INSTANCE'), type: text('MODTYPE'), line },
        ...{ parameters: new Map(), ports: [], registers: [] },
      };
      modules.push(module);
    } else if (tag === 'BUSINTERFACE') {
      port = { name: text('NAME'), parameters: new Map() };
      module?.ports.push(port);
    } else if (tag === 'PARAMETER') {
      (port ?? module)?.parameters.set(text('NAME'), text('VALUE'));
    } else if (tag === 'MEMRANGE' && text('MEMTYPE') === 'REGISTER') {
      const [base, high] = [numberIn('BASEVALUE', text, line), numberIn('HIGHVALUE', text, line)];
      const range = high - base + 1;
      if (range < 1)
        throw damaged(`has a range of ${text('INSTANCE')} that ends before it begins (line ${line})`);
      module?.registers.push({
        name: text('INSTANCE'),
        address: base,
        range,
        slave: text('SLAVEBUSINTERFACE'),
        line,
      });
    }
  };
  parser.onclosetag = (tag) => {
    if (tag === 'MODULE') module = null;
    if (tag === 'BUSINTERFACE') port = null;
  };
  parser.onerror = (error) => {
    throw damaged(`is not XML: ${firstLine(error.message)} (line ${parser.line + 1})`);
  };
  parser.write(hwh).close();
  return modules;
}

function numberIn(attribute: string, text: (name: string) => string, line: number): number {
  const value = /^0x[0-9a-f]{1,13}$/i.test(text(attribute)) ? Number(text(attribute)) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw damaged(`has the ${attribute} "${text(attribute)}", which is not an address (line ${line})`);
}

function damaged(what: string): Refusal {
  return new Refusal('vivado/bad-handoff', `the hardware handoff ${what}`, 'build it again');
}
