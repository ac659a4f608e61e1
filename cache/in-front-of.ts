import type { MaybePromise, Store } from '../core/contracts/store.ts';
import { after } from './after.ts';

/** A store that is written, in front of one that is only read. Nothing is copied from one to the other. */
export function inFrontOf(own: Store, readOnly: Store): Store {
  const either = <T>(
    ask: (store: Store) => MaybePromise<T>,
    isMiss: (answer: T) => boolean,
  ): MaybePromise<T> => after(ask(own), (answer) => (isMiss(answer) ? ask(readOnly) : answer));
  const isFalse = (answer: boolean): boolean => !answer;
  const isNull = (answer: unknown): boolean => answer === null;
  return {
    name: `${own.name} in front of ${readOnly.name}`,
    find: (fingerprint) => either((store) => store.find(fingerprint), isNull),
    holds: (files) => either((store) => store.holds(files), isFalse),
    putFile: (entry, destination) => either((store) => store.putFile(entry, destination), isFalse),
    read: (entry) => either((store) => store.read(entry), isNull),
    takeFile: own.takeFile,
    keep: own.keep,
  };
}
