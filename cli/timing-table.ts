import { shortened, table } from '../base/text.ts';
import type { Terminal } from '../reporters/reporter.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import type { FifoTiming, LayerTiming, TimingReport } from '../stages/finn/timing/advice.ts';
import { busiestOf, describeWait, paceText } from '../stages/finn/timing/advice.ts';

/** A submodel with its timing, by the names that the user knows. */
export interface SubmodelTiming {
  readonly position: number;
  readonly report: TimingReport;
  /** Where the next image per second would come from; null if nothing comes out at all. */
  readonly advice: string | null;
}

/**
 * Each submodel's pace, and a row for each layer: FINN's cycles, the shares of time in which it waited for words and for room,
 * and the FIFO before it with the most words that were in it. The layer that waits least is marked.
 */
export function timingLines(
  title: string,
  submodels: readonly SubmodelTiming[],
  { hasColour, isTerminal, width }: Terminal,
): readonly string[] {
  const lines = submodels.flatMap(({ position, report, advice }) => [
    '',
    ...paceLines(report).map((line, index) =>
      index === 0 ? `${styled('bold', `submodel ${position}`, hasColour)}  ${line}` : `  ${line}`,
    ),
    ...waitLines(report),
    '',
    ...layerLines(report, isTerminal ? width : Infinity, hasColour),
    ...(advice === null ? [] : ['', `  ${harmlessLine(advice)}`]),
  ]);
  const notes = submodels.some(({ report }) => report.assumed.length > 0) ? ['', `~: ${assumedNote}`] : [];
  return [harmlessLine(title), ...lines, ...notes];
}

const assumedNote = 'HLS, by its documented schedule; not compared with hardware';

function paceLines({ pace, clockMHz, unbounded }: TimingReport): readonly string[] {
  if (pace === null) return ['deadlock: it stops before its first image is out'];
  const best =
    unbounded === null || unbounded === pace.interval ? [] : [`${unbounded} cycles if no FIFO filled`];
  return [paceText(pace, clockMHz), ...best];
}

function waitLines({ deadlock }: TimingReport): readonly string[] {
  return deadlock.map((wait) => `  ${harmlessLine(describeWait(wait))}`);
}

function layerLines(report: TimingReport, width: number, hasColour: boolean): readonly string[] {
  const { layers, fifos, assumed, source } = report;
  const nameWidth = Math.max(8, width - otherColumns);
  const isRun = source.type === 'cycles';
  const busiest = isRun ? busiestOf(layers) : null;
  const rows = layers.map((layer) => [
    `${shortened(harmlessLine(layer.name), nameWidth)}${assumed.includes(layer.name) ? ' ~' : ''}`,
    String(layer.cycles),
    ...(isRun ? waitsOf(layer) : ['-', '-']),
    depthOf(fifos, layer.name),
    isRun ? occupancyOf(fifos, layer.name) : '-',
  ]);
  const header = ['layer', 'cycles', 'no word', 'no room', 'FIFO', 'fullest'];
  return table([header, ...rows], { numbers: [1, 2, 3, 4, 5] }).map((line, index) => {
    const layer = layers[index - 1];
    const mark = layer !== undefined && layer === busiest ? styled('yellow', '▸', hasColour) : ' ';
    return layer === undefined ? styled('gray', `  ${line}`, hasColour) : `${mark} ${line}`;
  });
}

/** Columns of a row besides the name of its layer. */
const otherColumns = 50;

function waitsOf({ starved, blocked }: LayerTiming): readonly string[] {
  return [starved, blocked].map((share) => `${Math.round(share * 100)} %`);
}

/** The FIFOs at the inputs of a layer, the one behind a converter only. */
function before(fifos: readonly FifoTiming[], layer: string): readonly FifoTiming[] {
  return fifos.filter(({ to, side }) => to === layer && side !== 'before-converter');
}

function depthOf(fifos: readonly FifoTiming[], layer: string): string {
  return before(fifos, layer)
    .map(({ depth }) => String(depth))
    .join(', ');
}

function occupancyOf(fifos: readonly FifoTiming[], layer: string): string {
  return before(fifos, layer)
    .map(({ occupancy }) => String(occupancy))
    .join(', ');
}
