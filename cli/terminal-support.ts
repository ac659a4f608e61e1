import type { Terminal } from '../reporters/reporter.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** By the variable that every service for continuous integration sets; `CI=false` is how its users turn that off. */
export function isCi({ CI }: Variables): boolean {
  return isOn(CI);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/** What a terminal needs of a stream; columns and rows are missing if no terminal reads it, and 0 if it does not know its size. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/**
 * What a stream supports. NO_COLOR (any value but an empty one) turns colours off; else FORCE_COLOR turns them on, or off with 0
 * or `false`; else a terminal has them that is not `dumb`.
 */
export function supportOf(stream: OutputStream, variables: Variables): Omit<Terminal, 'write' | 'pass'> {
  const isTerminal = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = variables;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '';
  const isCapable = isTerminal && TERM !== 'dumb';
  return {
    isTerminal,
    isLive: isCapable && !isCi(variables),
    hasColour: (NO_COLOR ?? '') === '' && (isForced ? isOn(FORCE_COLOR) : isCapable),
    get width() {
      return stream.columns === undefined || stream.columns === 0 ? 80 : stream.columns;
    },
    get height() {
      return stream.rows === undefined || stream.rows === 0 ? 24 : stream.rows;
    },
  };
}
