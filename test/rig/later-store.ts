import { setImmediate } from 'node:timers/promises';
import type { Store } from '../../core/contracts/store.ts';

/** A store that wraps another but answers later, as one on the network would. */
export function laterStore(store: Store): Store {
  const later =
    <Question extends readonly unknown[], Answer>(ask: (...question: Question) => Answer | Promise<Answer>) =>
    async (...question: Question): Promise<Answer> => {
      await setImmediate();
      return ask(...question);
    };
  return {
    name: `later ${store.name}`,
    find: later(store.find),
    holds: later(store.holds),
    takeFile: later(store.takeFile),
    putFile: later(store.putFile),
    read: later(store.read),
    keep: later(store.keep),
  };
}
