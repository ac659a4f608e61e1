import { describe, expect, it } from 'vitest';
import { withoutOverwritten } from '../../base/overwritten.ts';

describe('a line that its program overwrote', () => {
  it.each([
    ['Progress: 10%\rProgress: 20%\rdone', 'done'],
    ['\r 10%\r 20%', ' 20%'],
    // Between two pieces of output, or cut off: the last state is still to be seen.
    [' 10%\r 20%\r', ' 20%\r'],
    ['Collecting x\r\u001b[K\u001b[?25h', 'Collecting x\r\u001b[K\u001b[?25h'],
    ['of Windows\r', 'of Windows\r'],
    ['bar\r   ', '   '],
    ['plain', 'plain'],
    ['\r\r', ''],
  ])('%j is %j', (line, seen) => {
    expect(withoutOverwritten(line)).toBe(seen);
  });
});
