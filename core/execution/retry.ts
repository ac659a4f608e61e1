import type { Diagnostic } from '../../base/diagnostic.ts';
import { member } from '../../base/member.ts';
import type { Action } from './action.ts';

/** When an action that failed is tried again. */
export type Retry =
  /** After a pause in ms. */
  | { readonly type: 'later'; readonly milliseconds: number }
  /** Once nothing else runs. */
  | { readonly type: 'alone' };

/** Whether and when to try again what failed for these reasons; null if never. `tries`: how often that was done in this run. */
export function retryOf(
  { kind }: Pick<Action, 'kind'>,
  diagnostics: readonly Diagnostic[],
  tries: Tries,
): Retry | null {
  const when = diagnostics.map(({ code }) => classOf(code, kind.retries ?? {})).find((one) => one !== null);
  if (when === 'alone') return tries.alone > 0 ? null : { type: 'alone' };
  if (when !== 'later') return null;
  const milliseconds = Math.min(longestPause, shortestPause * 2 ** tries.later);
  return { type: 'later', milliseconds };
}

/** How often an action was tried again in this run, by class. */
export interface Tries {
  readonly later: number;
  readonly alone: number;
}

function classOf(code: string, retries: { readonly [code: string]: 'later' | 'alone' }) {
  // The system ended a process because memory ran out, whatever it was.
  if (code === 'action/out-of-memory') return 'alone';
  return member(retries, code) ?? null;
}

const shortestPause = 30_000;
const longestPause = 10 * 60_000;
