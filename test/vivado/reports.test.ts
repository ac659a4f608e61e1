import { describe, expect, it } from 'vitest';
import { readTiming } from '../../vivado/timing.ts';
import { undatedHandoff, undatedReport } from '../../vivado/undated.ts';
import { readUtilization } from '../../vivado/utilization.ts';
import { timingReport, utilizationReport } from './reports.ts';

describe('the timing report', () => {
  it('returns the slacks, negative ones too', () => {
    expect(readTiming(timingReport(-0.412))).toEqual({ setup: -0.412, hold: 0.021, pulseWidth: 3.75 });
  });

  it.each(['', 'WNS(ns)', timingReport(0.1).split('\n').slice(0, 10).join('\n')])(
    'is refused without its summary: %j',
    (text) => {
      expect(() => readTiming(text)).toThrow(expect.objectContaining({ code: 'vivado/bad-report' }));
    },
  );

  it('loses only what differs from run to run', () => {
    const undated = undatedReport(timingReport(0.3));
    expect(undated).not.toMatch(/Date|Host|Command/);
    expect(undated).toContain('| Tool Version : Vivado v.2024.2');
    expect(readTiming(undated).setup).toBe(0.3);
  });
});

describe('the utilization report', () => {
  it('gives the resources of the whole design', () => {
    expect(readUtilization(utilizationReport)).toEqual({
      LUT: 8200,
      FF: 9100,
      BRAM_18K: 25,
      URAM: 0,
      DSP: 4,
    });
  });

  it.each(['', '<RptDoc/>', '<RptDoc><table>', 'no XML'])('is refused: %j', (xml) => {
    expect(() => readUtilization(xml)).toThrow(expect.objectContaining({ code: 'vivado/bad-report' }));
  });
});

it('a hardware handoff loses its time stamp', () => {
  expect(undatedHandoff('<EDKSYSTEM EDWVERSION="1.2" TIMESTAMP="Sun Nov 22" VIVADOVERSION="2024.2">')).toBe(
    '<EDKSYSTEM EDWVERSION="1.2" TIMESTAMP="" VIVADOVERSION="2024.2">',
  );
});
