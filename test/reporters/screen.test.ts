import { describe, expect, it } from 'vitest';
import { createScreen } from '../../reporters/screen.ts';
import { fakeTerminal } from '../rig/screen.ts';

describe('the live part of a screen', () => {
  it('leaves nothing behind where the terminal was narrower than it had said', async () => {
    const terminal = fakeTerminal(100, 24);
    let told = 100;
    const screen = createScreen({
      pass: terminal.pass,
      height: 24,
      get width() {
        return told;
      },
    });
    terminal.write('what was there before\n'.repeat(20));
    const frame = (count: number, width: number): readonly string[] => [
      `${count} done`,
      String(count)
        .repeat(200)
        .slice(0, width - 1),
      'x'.repeat(width - 1),
    ];
    screen.show('', frame(1, told));
    await terminal.resize(60, 24);
    for (const count of [2, 3, 4]) screen.show('', frame(count, told));
    told = 60;
    screen.show('one has ended\n', frame(5, told));
    expect((await terminal.contents()).split('\n').slice(19)).toEqual([
      'what was there before',
      'one has ended',
      ...frame(5, 60),
    ]);
  });
});
