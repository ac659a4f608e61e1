import type { MaybePromise } from '../core/contracts/store.ts';

/** Goes on with an answer: at once if it is there, so that what a local store answers at once stays at once. */
export function after<T, U>(answer: MaybePromise<T>, next: (answer: T) => MaybePromise<U>): MaybePromise<U> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
