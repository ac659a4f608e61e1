import { describe, expect, test } from 'vitest';
import { progressLine, reportProgress } from '../../../boards/remote/progress.ts';

describe('the line of a transfer', () => {
  test.each([
    [
      { done: 5.2e6, total: 12.3e6, sent: 5.2e6, seconds: 0.477 },
      '5.2 MB of 12.3 MB, 10.9 MB/s, 651 ms left',
    ],
    // Bytes that were there before the transfer say nothing about the line.
    [{ done: 9e6, total: 12e6, sent: 1e6, seconds: 10 }, '9.0 MB of 12.0 MB, 100 kB/s, 30.0 s left'],
    [{ done: 1e6, total: 12e6, sent: 1e6, seconds: 20 }, '1.0 MB of 12.0 MB, 50.0 kB/s, 3 min 40 s left'],
    [{ done: 3e6, total: 12e6, sent: 0, seconds: 3 }, '3.0 MB of 12.0 MB'],
    [{ done: 12e6, total: 12e6, sent: 12e6, seconds: 1 }, '12.0 MB of 12.0 MB, 12.0 MB/s'],
  ])('%j', (progress, line) => {
    expect(progressLine(progress)).toBe(line);
  });
});

describe('a log', () => {
  /** Lines logged if this many bytes are there after each second. */
  function logged(total: number, present: number, after: readonly number[]): readonly string[] {
    const lines: string[] = [];
    let now = 100;
    const report = reportProgress(
      { total, present },
      (line) => lines.push(line),
      () => now,
    );
    for (const done of after) {
      now++;
      report(done);
    }
    return lines;
  }

  test('gets a line per second of a short transfer', () => {
    expect(logged(4e6, 1e6, [2e6, 3e6, 4e6])).toEqual([
      '2.0 MB of 4.0 MB, 1.0 MB/s, 2.0 s left',
      '3.0 MB of 4.0 MB, 1.0 MB/s, 1.0 s left',
      '4.0 MB of 4.0 MB, 1.0 MB/s',
    ]);
  });

  test('does not grow with a slow one: a line per twentieth, or per ten seconds', () => {
    const slow = Array.from({ length: 1000 }, (_, second) => (second + 1) * 1e4);
    expect(logged(1e7, 0, slow)).toHaveLength(100);
    const slower = Array.from({ length: 200 }, (_, second) => (second + 1) * 5e4);
    expect(logged(1e7, 0, slower)).toHaveLength(20);
  });

  test('gets no line while nothing arrives', () => {
    expect(
      logged(
        1e7,
        5,
        Array.from({ length: 60 }, () => 5),
      ),
    ).toEqual([]);
  });
});
