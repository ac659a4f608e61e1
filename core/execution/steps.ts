import type { StageKind } from '../contracts/stage.ts';

/** Passes each step on that the output of a running action begins; the returned function takes the output as it comes. */
export function watchSteps(
  { step }: Pick<StageKind, 'step'>,
  onStep: (step: string) => void,
): (text: string) => void {
  if (step === undefined) return () => undefined;
  let last: string | null = null;
  let rest = '';
  return (text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = (lines.pop() ?? '').slice(-longestLine);
    for (const line of lines) {
      const found = step(line);
      if (found === null || found === last) continue;
      last = found;
      onStep(found);
    }
  };
}

/** Of a line without end only this many characters are kept. */
const longestLine = 10_000;
