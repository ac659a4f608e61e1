import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { ConfigDocument } from './document.ts';
import type { WrittenStages } from './references.ts';

/** Why a value that names a folder does not name one but an address, such as `s3://bucket`; null if it can be a folder. */
export function notAFolder(named: string, value: string): Diagnostic | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return null;
  return problem('config/address', `${named} is ${value}: an address, and no folder`, {
    hint: 'only a folder can be named here; one on another machine must be mounted first',
  });
}

/** Addresses in the places of folders that this program would make. */
export function addressMistakes(stages: WrittenStages, document: ConfigDocument): readonly Diagnostic[] {
  const { cache } = document.value;
  const named = [
    { path: ['cache'], value: cache },
    ...Object.entries(stages).map(([name, { save }]) => ({ path: ['stages', name, 'save'], value: save })),
  ];
  return named.flatMap(({ path, value }) => {
    const mistake = typeof value === 'string' ? notAFolder(`"${path.join('.')}"`, value) : null;
    return mistake === null ? [] : [{ ...mistake, place: document.place(path) }];
  });
}
