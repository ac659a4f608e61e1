import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../base/refusal.ts';
import { readHandoff } from '../../vivado/handoff.ts';
import type { DrawnEngine } from './handoff.ts';
import { handoff, registers } from './handoff.ts';

const part = 'xc7z020clg484-1';
const input: DrawnEngine = { name: 'idma0', base: '0x40000000', high: '0x40000FFF' };
const output: DrawnEngine = { name: 'odma0', base: '0x40001000', high: '0x40001FFF' };

describe('a hardware handoff', () => {
  it('returns the engines with their registers and widths', () => {
    expect(readHandoff(handoff(), part)).toEqual({
      clock: { fclk0MHz: 100, acceleratorMHz: 100 },
      inputs: [{ name: 'idma0', address: 0x40000000, range: 4096, width: 64, addressBits: 6 }],
      outputs: [{ name: 'odma0', address: 0x40001000, range: 4096, width: 64, addressBits: 6 }],
    });
  });

  it('gives several engines by number, in any order of the file', () => {
    const drawn = [
      { name: 'idma10', base: '0x40003000', high: '0x40003FFF' },
      { name: 'idma2', base: '0x40002000', high: '0x40002FFF' },
      output,
      input,
    ];
    const { inputs } = readHandoff(handoff(drawn), part);
    expect(inputs.map(({ name }) => name)).toEqual(['idma0', 'idma2', 'idma10']);
  });

  it("returns the clock that the wizard makes of the processor's", () => {
    const { clock } = readHandoff(handoff(undefined, { clock: '133.33333' }), part);
    expect(clock).toEqual({ fclk0MHz: 100, acceleratorMHz: 133.33333 });
  });

  it("returns the processor's clock for a shell without a clock wizard", () => {
    const { clock } = readHandoff(handoff(undefined, { clock: null, fclk0: '50' }), part);
    expect(clock).toEqual({ fclk0MHz: 50, acceleratorMHz: 50 });
  });

  it.each([{ fclk0: null }, { fclk0: '0' }, { clock: 'fast' }])('is refused with the clocks %j', (clocks) => {
    expect(() => readHandoff(handoff(undefined, clocks), part)).toThrow(
      expect.objectContaining({ code: 'vivado/no-clock' }),
    );
  });

  it.each([null, '', '0', '64 bits', '1000000'])('ignores a width of %j', (width) => {
    expect(readHandoff(handoff([{ ...input, width }, output]), part).inputs[0]!.width).toBeNull();
  });

  it('may begin with a byte order mark, and reach the same registers through two masters', () => {
    const twice = handoff([input, output], { more: registers('idma0', '0x40000000', '0x40000FFF') });
    expect(readHandoff(`\uFEFF${twice}`, part)).toEqual(readHandoff(handoff(), part));
  });

  it('of a Zynq UltraScale+ has its registers elsewhere', () => {
    const drawn = (base: string, high: string) =>
      handoff(
        [
          { ...input, base, high },
          { ...output, base: '0xB0000000', high: '0xB0000FFF' },
        ],
        {
          processor: 'zynq_ultra_ps_e',
        },
      );
    const plus = 'xczu7ev-ffvc1156-2-e';
    const [engine] = readHandoff(drawn('0x0400000000', '0x0400000FFF'), plus).inputs;
    expect(engine!.address).toBe(0x4_0000_0000);
    expect(() => readHandoff(drawn('0x40000000', '0x40000FFF'), plus)).toThrow(
      expect.objectContaining({ code: 'vivado/illegal-address' }),
    );
  });
});

describe('a hardware handoff is refused', () => {
  it.each<[string, string, string, RegExp]>([
    ['without an input engine', handoff([output]), 'vivado/no-engine', /no idma0/],
    ['without an output engine', handoff([input]), 'vivado/no-engine', /no odma0/],
    [
      'with an engine without registers',
      handoff([input, { ...output, base: null }]),
      'vivado/no-engine',
      /odma0 \(line \d+ of the \.hwh\) has no registers that zynq_ps reaches/,
    ],
    [
      'with an engine between two pages',
      handoff([{ ...input, base: '0x40000800', high: '0x400017FF' }, output]),
      'vivado/illegal-address',
      /idma0, 4096 bytes at 0x40000800, are not whole pages .*line \d+/,
    ],
    [
      'with an engine of less than a page',
      handoff([{ ...input, high: '0x4000003F' }, output]),
      'vivado/illegal-address',
      /idma0, 64 bytes at 0x40000000/,
    ],
    [
      'with an engine in memory',
      handoff([{ ...input, base: '0x30000000', high: '0x30000FFF' }, output]),
      'vivado/illegal-address',
      /idma0 at 0x30000000 are outside the addresses where the processor of xc7z020clg484-1 reaches its logic/,
    ],
    [
      'with an engine that begins where the logic ends',
      handoff([{ ...input, base: '0xC0000000', high: '0xC0000FFF' }, output]),
      'vivado/illegal-address',
      /0xc0000000/,
    ],
    [
      'with an engine that reaches out of the logic',
      handoff([{ ...input, base: '0xBFFFF000', high: '0xC0000FFF' }, output]),
      'vivado/illegal-address',
      /0xbffff000/,
    ],
    [
      'with engines at the same address',
      handoff([input, { ...output, base: '0x40000000', high: '0x40000FFF' }]),
      'vivado/illegal-address',
      /idma0 and odma0 share the address 0x40000000/,
    ],
    [
      'with an engine inside another module',
      handoff([input, output], { more: registers('timer', '0x40000000', '0x4000FFFF') }),
      'vivado/illegal-address',
      /share the address 0x40000000/,
    ],
    [
      'with an engine at two addresses',
      handoff([input, output], { more: registers('idma0', '0x50000000', '0x50000FFF') }),
      'vivado/bad-handoff',
      /idma0 has registers in two places \(lines \d+ and \d+/,
    ],
    [
      'with an invalid address',
      handoff([{ ...input, base: 'soon' }, output]),
      'vivado/bad-handoff',
      /BASEVALUE "soon"/,
    ],
    [
      'with a range that ends before it begins',
      handoff([{ ...input, high: '0x3FFFFFFF' }, output]),
      'vivado/bad-handoff',
      /idma0 that ends before it begins/,
    ],
    [
      'without a processor',
      handoff(undefined, { processor: 'microblaze' }),
      'vivado/bad-handoff',
      /no Zynq processor/,
    ],
    ['that is empty', '', 'vivado/bad-handoff', /no Zynq processor/],
    ['that is not XML', '{}', 'vivado/bad-handoff', /not XML: .*line 1/],
    ['that ends early', handoff().slice(0, 2000), 'vivado/bad-handoff', /not XML/],
  ])('%s', (_, text, code, message) => {
    expect(() => readHandoff(text, part)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(message) as string,
        hint: expect.any(String) as string,
      }),
    );
  });

  it('or read, whatever the change', () => {
    const whole = handoff();
    const character = fc.constantFrom(...Array.from('<>"=/&;ax0 \n'), '\0');
    fc.assert(
      fc.property(fc.noBias(fc.nat(whole.length - 1)), character, fc.boolean(), (at, put, isCut) => {
        const text = isCut ? whole.slice(0, at) : whole.slice(0, at) + put + whole.slice(at + 1);
        try {
          expect(readHandoff(text, part)).toMatchObject({ inputs: [{ name: 'idma0' }] });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
