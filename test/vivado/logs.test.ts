import { describe, expect, it } from 'vitest';
import { causeIn } from '../../vivado/causes.ts';
import { overuse, unpacked } from '../../vivado/fit.ts';
import type { Log } from '../../vivado/log.ts';
import { criticalWarnings, errorLines } from '../../vivado/log.ts';
import { missingMemories, unreadMemories } from '../../vivado/memories.ts';

const logs = (text: string, name = 'vivado'): readonly Log[] => [{ name, text }];

describe('errors in logs', () => {
  const failed = "ERROR: [Common 17-69] Command failed: Run 'impl_1' failed. Unable to open";
  const reason = 'ERROR: [Place 30-487] too many CARRY4';

  it('are listed once each, with their run', () => {
    const both = [
      ...logs(`INFO: [Common 17-206] Exiting\n${reason}\n${reason}\n`, 'impl_1'),
      ...logs(`${reason}\n${failed}\n`),
    ];
    expect(errorLines(both)).toEqual([`impl_1: ${reason}`, failed]);
  });

  it('are counted by id if they are critical warnings, repeated lines once', () => {
    const line = "CRITICAL WARNING: [Synth 8-4445] could not open $readmem data file 'a.dat'";
    const other = line.replace('a.dat', 'b.dat');
    const text = `${line}\n${line}\n${other}\nCRITICAL WARNING: [PSU-1] negative skew\n`;
    expect(criticalWarnings(logs(text))).toEqual({ 'PSU-1': 1, 'Synth 8-4445': 2 });
  });
});

describe('the cause of a failure', () => {
  it.each([
    [
      "ERROR: [Common 17-345] A valid license was not found for feature 'Synthesis' and/or device 'xc7z020'.",
      'licence',
    ],
    [
      '/tools/Xilinx/Vivado/2020.2/bin/rdiArgs.sh: line 309: 3801495 Killed                  "$RDI_PROG" "$@"',
      'memory',
    ],
    ["terminate called after throwing an instance of 'std::bad_alloc'", 'memory'],
    ['cp: error writing out.dcp: No space left on device', 'disk'],
    ['cp: error writing out.dcp: Disk quota exceeded', 'disk'],
    [
      'ERROR: [Board 49-71] The board_part definition was not found for em.avnet.com:zed:part0:1.4.',
      'board part',
    ],
    ['ERROR: [BD 5-390] IP definition not found for VLNV: xilinx.com:hls:Pool_hls_1:1.0', 'missing IP'],
  ])('in %j', (line, cause) => {
    expect(causeIn(logs(`INFO: [Common 17-206] x\n${line}\n`))).toEqual({ cause, line });
  });

  it('is the one that makes others fail', () => {
    const text = 'ERROR: [BD 5-390] IP definition not found\nwrite failed: No space left on device\n';
    expect(causeIn(logs(text))?.cause).toBe('disk');
  });

  it.each([
    "Attempting to get a license for feature 'Synthesis' and/or device 'xc7z020'",
    "INFO: [Common 17-349] Got license for feature 'Synthesis' and/or device 'xc7z020'",
    'WARNING: [Common 17-301] Failed to get a license: Internal_bitstream',
    "WARNING: [Common 17-348] Failed to get the license for feature 'Synthesis' and/or device 'xc7z020'.",
  ])('is not %j, after which Vivado goes on', (line) => {
    expect(causeIn(logs(`${line}\nERROR: [Synth 8-439] module 'x' not found\n`))).toBeNull();
  });
});

describe('a design that does not fit', () => {
  const line = (what: string, needed: number, available: number) =>
    `ERROR: [DRC UTLZ-1] Resource utilization: ${what} over-utilized in Top Level Design (This design requires more ${what} cells than are available in the target device. This design requires ${needed} of such cell types but only ${available} compatible sites are available in the target device. Please analyze your synthesis results.)`;

  it('is reported by resource, each once', () => {
    const text = `${line('RAMB36/FIFO', 178, 140)}\n${line('Slice LUTs', 62628, 53200)}\n`;
    expect(overuse([...logs(text, 'impl_1'), ...logs(text)])).toEqual([
      { what: 'RAMB36/FIFO', needed: 178, available: 140 },
      { what: 'Slice LUTs', needed: 62628, available: 53200 },
    ]);
    expect(unpacked(logs(text))).toBeNull();
  });

  it('may fit and not be packed', () => {
    const text =
      'ERROR: [Place 30-487] The packing of instances into the device could not be obeyed. There are a total of 13300 slices in the device, of which 9469 slices are available, however, the unplaced instances require 9761 slices. Please analyze your design';
    expect(unpacked(logs(text))).toEqual({ what: 'slices', needed: 9761, available: 9469 });
    expect(overuse(logs(text))).toEqual([]);
  });
});

describe('memory files', () => {
  const read = (path: string) =>
    `INFO: [Synth 8-3876] $readmem data file '${path}' is read successfully [a.v:23]`;
  const lost =
    "CRITICAL WARNING: [Synth 8-4445] could not open $readmem data file 'memblock.dat'; please make sure the file is added to project and has read permission, ignoring [a.v:23]";

  it('that were not found are in the log of a run', () => {
    expect(missingMemories([...logs(`${lost}\n${lost}\n`, 'top_a_0_synth_1'), ...logs('')])).toEqual([lost]);
  });

  it('are compared with those that synthesis reports, by their paths below the project', () => {
    const files = [['ip0/hdl/a.dat'], ['stitched/src/a.dat', 'ip1/hdl/a.dat'], ['x/memblock.dat']];
    const text = `${read('/w/hardware/ip1/hdl/a.dat')}\n${read('/w/hardware/x/memblock.dat')}\n`;
    expect(unreadMemories(files, logs(text))).toEqual(['ip0/hdl/a.dat']);
  });

  it('are compared in a moment, however many they are', { timeout: 4000 }, () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `ip/layer_${index}.dat`);
    const memories = names.map((name) => [`stitched/${name}`, name]);
    const text = names.map((name) => read(`/w/hardware/${name}`)).join('\n');
    expect(unreadMemories(memories, logs(text))).toEqual([]);
  });

  it('cannot be compared once Vivado stops to repeat the message', () => {
    const cut =
      "INFO: [Common 17-14] Message 'Synth 8-3876' appears 100 times and further instances of the messages will be disabled.";
    expect(unreadMemories([['a.dat']], logs(cut))).toBeNull();
  });
});
