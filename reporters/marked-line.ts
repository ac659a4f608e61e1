import { clipped, clippedStart, displayWidth } from '../base/text.ts';
import { harmless } from './style.ts';

/** A line of a file as it is shown, and what comes below it. */
export interface MarkedLine {
  readonly text: string;
  /** As wide as what is in front of the place. */
  readonly before: string;
  /** As wide as the place. */
  readonly marker: string;
}

/**
 * A line of a file with a marker below `length` characters from a column on, which counts from 1. Of a line wider than `room`
 * columns only what surrounds the place is shown.
 */
export function markedLine(source: string, column: number, length: number, room: number): MarkedLine {
  const start = column - 1;
  const parts = [source.slice(0, start), source.slice(start, start + length), source.slice(start + length)];
  const [head = '', place = '', tail = ''] = parts.map(harmless);
  const widestTab = ' '.repeat(8);
  if (displayWidth((head + place + tail).replaceAll('\t', widestTab)) <= room) {
    // Tabs keep their width only if the marker line has them too.
    const before = head.replace(/[^\t]+/g, (text) => ' '.repeat(displayWidth(text)));
    return { text: head + place + tail, before, marker: markerBelow(place) };
  }
  const [from = '', at = '', to = ''] = [head, place, tail].map((part) => part.replaceAll('\t', ' '));
  const marked = clipped(at, Math.max(1, Math.floor((room * 2) / 3)));
  const left = Math.max(0, room - Math.max(1, displayWidth(marked)));
  const shownFrom = clippedStart(from, Math.max(Math.floor(left / 2), left - displayWidth(to)));
  const shownTo = clipped(to, left - displayWidth(shownFrom));
  return {
    text: shownFrom + marked + shownTo,
    before: ' '.repeat(displayWidth(shownFrom)),
    marker: markerBelow(marked),
  };
}

function markerBelow(text: string): string {
  return '^'.repeat(Math.max(1, displayWidth(text.replaceAll('\t', ' '))));
}
