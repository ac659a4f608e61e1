import type { JsonObject } from '../../../base/json.ts';
import { fieldsOf } from '../../../base/fields.ts';

/** The depths in an entry of pipeline.lock, in the order of the FIFOs; null without one. */
export function builtDepths(lock: JsonObject | undefined): readonly number[] | null {
  return lock === undefined ? null : fieldsOf(lock, 'pipeline.lock', 'builtin/bad-job').counts('depths');
}
