import { attempt } from '../../base/refusal.ts';
import { rawBitstream, readBitfile } from '../../vivado/bitfile.ts';
import type { Handoff } from '../../vivado/handoff.ts';
import { readHandoff } from '../../vivado/handoff.ts';
import { worstPath } from '../../vivado/worst-path.ts';
import type { Left } from './left.ts';
import { resultOf, runLogs, textsAt } from './left.ts';

/** What a build shows of a row of docs/facts.md: whether it agrees, and what was seen. */
export interface Sighting {
  readonly agrees: boolean;
  readonly what: string;
}

/** The rows that a build can show, each with how; null if this build does not show it. */
export const sights: { readonly [row: string]: (left: Left) => Sighting | null } = {
  'vivado/version-line': (left) =>
    judged(resultOf(left, 'build', 'versions.txt') ?? resultOf(left, 'probe', 'versions.txt'), (text) => [
      /^vivado v20\d\d\.\d/i.test(text),
      text.trim(),
    ]),
  'vivado/get-parts': (left) =>
    judged(resultOf(left, 'probe', 'probe.txt'), (text) => [/^part /m.test(text), linesOf(text, 'part')]),
  'vivado/get-board-parts': (left) =>
    judged(resultOf(left, 'probe', 'probe.txt'), (text) => {
      const others = text.split('\n').filter((line) => /^board (?!\S+:\S+:part\d+:[\d.]+$)/.test(line));
      return [others.length === 0, others[0] ?? `${text.match(/^board /gm)?.length ?? 0} board parts`];
    }),
  'board/zedboard-part': (left) => (left.board === 'zedboard' ? partIn(left) : null),
  'board/other-parts': (left) => (left.board === 'zedboard' ? null : partIn(left)),
  'board/zedboard-board-part': (left) =>
    judged(left.board === 'zedboard' ? resultOf(left, 'probe', 'probe.txt') : null, (text) => {
      const found = text.match(/^board \S*:zed(?:board)?:\S*$/gm) ?? [];
      return [found.length > 0 && !/^board em\.avnet\.com:zed:/m.test(text), found.join(', ')];
    }),
  'board/zynq-7020-resources': (left) =>
    judged(left.part.startsWith('xc7z020') ? utilizationReport(left) : null, (report) => {
      const found = ['Slice LUTs', 'Block RAM Tile', 'DSPs'].map((site) => availableOf(report, site));
      return [found.join() === '53200,140,220', `${found.join(', ')} of LUT, block RAM tiles and DSP`];
    }),
  'board/port-width': (left) =>
    fromHandoff(left, ({ inputs, outputs }) => {
      const most = left.part.startsWith('xc7z') ? 64 : 128;
      const widths = [...inputs, ...outputs].map(({ width }) => width);
      return [widths.every((width) => width !== null && most % width === 0), `widths ${widths.join(', ')}`];
    }),
  'dma/control-address-bits': (left) =>
    fromHandoff(left, ({ inputs, outputs }) => {
      const engines = [...inputs, ...outputs];
      const agrees = engines.every(({ addressBits, range }) => addressBits === 6 && range === 4096);
      return [
        agrees,
        engines.map(({ addressBits, range }) => `${addressBits ?? '?'} bits, ${range} bytes`).join('; '),
      ];
    }),
  'dma/addresses': (left) =>
    fromHandoff(left, ({ inputs, outputs }) => {
      const engines = [...inputs, ...outputs];
      const agrees = engines.some(({ address }) => address === 0x40000000);
      return [agrees, engines.map(({ name, address }) => `${name} 0x${address.toString(16)}`).join(', ')];
    }),
  'shell/clock-wizard': (left) =>
    fromHandoff(left, ({ clock }) => {
      const isThere = handoffOf(left)?.includes('MODTYPE="clk_wiz"') === true;
      return [
        isThere && clock.fclk0MHz === 100,
        `FCLK0 ${clock.fclk0MHz} MHz, ${isThere ? 'a' : 'no'} clock wizard`,
      ];
    }),
  'shell/clock-in-handoff': (left) =>
    judged(handoffOf(left), (hwh) => {
      const read = attempt(() => readHandoff(hwh, left.part).clock.acceleratorMHz);
      return [read.ok, read.ok ? `${read.value} MHz` : (read.diagnostics[0]?.message ?? '')];
    }),
  'bitfile/format': ({ bit }) =>
    judged(bit, (bytes) => {
      const read = attempt(() => rawBitstream(readBitfile(bytes)).length);
      return [read.ok, read.ok ? `${read.value} bytes of data` : (read.diagnostics[0]?.message ?? '')];
    }),
  'bitfile/size-7020': ({ bit, part }) =>
    judged(part.startsWith('xc7z020') ? bit : null, (bytes) => {
      const read = attempt(() => readBitfile(bytes).data.length);
      return [read.ok && read.value === 4_045_564, `${read.ok ? read.value : 'no'} bytes of data`];
    }),
  'vivado/run-logs': (left) =>
    judged(mainLog(left), (main) => {
      const own = countOf(main, /\[Synth 8-/g);
      const ofRuns = countOf(textOfRuns(left), /\[Synth 8-/g);
      return [
        own === 0 && ofRuns > 0,
        `[Synth 8-…] on ${own} lines of the main log, on ${ofRuns} of the runs`,
      ];
    }),
  'vivado/read-memory': (left) =>
    judged(textOfRuns(left), (text) => {
      const count = countOf(text, /\[Synth 8-3876\] \$readmem data file '\/.+' is read successfully/g);
      return [count > 0, `${count} such lines`];
    }),
  'vivado/licence-error': (left) =>
    judged(mainLog(left), (main) => {
      const asks = /Attempting to get a license for feature 'Synthesis'/;
      const [inMain, inRuns] = [asks.test(main), asks.test(textOfRuns(left))];
      return [
        inRuns && !inMain,
        `asked for in ${inMain ? 'the main log' : inRuns ? 'the runs only' : 'no log'}`,
      ];
    }),
  'vivado/timing-report': (left) =>
    judged(resultOf(left, 'build', 'timing.rpt'), (report) => {
      const worst = worstPath(report);
      return [
        worst !== null && worst.from !== 'unknown',
        worst === null ? 'no path' : `${worst.slack} ns, ${worst.type}`,
      ];
    }),
  'vivado/dates': (left) =>
    judged(handoffOf(left), (hwh) => [
      /TIMESTAMP="/.test(hwh),
      /TIMESTAMP="[^"]*"/.exec(hwh)?.[0] ?? 'no TIMESTAMP',
    ]),
  'hls/log-name': (left) =>
    judged(left.version > '2024.2' && left.texts.size > 0 ? left : null, () => {
      const count = textsAt(left, /\/vitis_hls\.log$/).length;
      return [count > 0, `${count} of the name`];
    }),
  ...Object.fromEntries(
    Object.entries({
      'vivado/message-limit': /\[Common 17-14\] Message 'Synth 8-3876' appears 100 times/,
      'vivado/missing-memory': /\[Synth 8-4445\] could not open \$readmem data file/,
      'vivado/failed-run': /ERROR: \[Common 17-69\] Command failed: Run '/,
      'vivado/over-utilised': /ERROR: \[DRC UTLZ-1\]/,
      'vivado/not-packed': /ERROR: \[Place 30-487\]/,
      'vivado/killed-run': /Killed +"\$RDI_PROG"/,
      'vivado/board-part-error': /ERROR: \[Board 49-71\]/,
      'vivado/missing-ip': /ERROR: \[BD 5-390\]/,
    }).map(([row, line]) => [row, (left: Left) => lineSeen(left, line)]),
  ),
};

/** What a failure says can only be seen where there is one. */
function lineSeen(left: Left, line: RegExp): Sighting | null {
  const found = textsAt(left, /\.log$/)
    .flatMap((text) => text.split('\n'))
    .find((text) => line.test(text));
  return found === undefined ? null : { agrees: true, what: found.trim() };
}

function judged<T>(seen: T | null, judge: (seen: T) => readonly [boolean, string]): Sighting | null {
  if (seen === null) return null;
  const [agrees, what] = judge(seen);
  return { agrees, what };
}

/** Nothing is seen in a handoff that cannot be read: `shell/clock-in-handoff` says why. */
function fromHandoff(left: Left, judge: (handoff: Handoff) => readonly [boolean, string]): Sighting | null {
  const hwh = handoffOf(left);
  const read = hwh === null ? null : attempt(() => readHandoff(hwh, left.part));
  return read?.ok === true ? judged(read.value, judge) : null;
}

function partIn(left: Left): Sighting | null {
  return judged(resultOf(left, 'probe', 'probe.txt'), (text) => [
    text.split('\n').includes(`part ${left.part}`),
    `${left.part} ${text.includes(left.part) ? 'is' : 'is not'} installed`,
  ]);
}

function handoffOf(left: Left): string | null {
  return resultOf(left, 'build', 'top.hwh');
}

function mainLog(left: Left): string | null {
  return runLogs(left).length === 0 ? null : resultOf(left, 'build', 'vivado.log');
}

function textOfRuns(left: Left): string {
  return runLogs(left)
    .map(({ text }) => text)
    .join('\n');
}

function utilizationReport(left: Left): string | null {
  return textsAt(left, /_utilization_placed\.rpt$/)[0] ?? null;
}

/** Cells of a row: site, used, fixed, prohibited (since 2021), available, per cent. */
function availableOf(report: string, site: string): number {
  const row = report.split('\n').find((line) => line.startsWith(`| ${site} `)) ?? '';
  const cells = row.split('|').map((cell) => cell.trim());
  return Number(cells.at(-3));
}

function linesOf(text: string, what: string): string {
  return (text.match(new RegExp(`^${what} .*$`, 'gm')) ?? []).join(', ');
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
