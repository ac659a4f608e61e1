import { setImmediate as nextTurn } from 'node:timers/promises';
import { problem } from '../base/diagnostic.ts';
import { counted } from '../base/text.ts';
import { byteSize } from '../base/units.ts';
import type { Verified } from '../cache/disk/verify.ts';
import { bytesToVerify, verify } from '../cache/disk/verify.ts';
import { jsonLine } from '../reporters/json.ts';
import { readEnvironment } from './environment.ts';
import { foreignCache } from './foreign-cache.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail, show } from './options.ts';
import { openProject } from './project.ts';
import { cacheOf } from './store.ts';
import { distrust } from './trust.ts';

export interface VerifyOptions extends PlanOptions {
  readonly trustState?: boolean;
}

/** `pipeline cache verify`: reads everything in the cache, and deletes what is damaged; 1 if anything was. */
export async function cacheVerify(options: VerifyOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out, error, elapsed } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return fail(opened.diagnostics, isJson, environment);
  const strange = options.trustState === true ? null : await distrust(opened.value.layout);
  if (strange !== null) return fail([strange], isJson, environment);
  const cache = cacheOf(opened.value, environment);
  const foreign = foreignCache(opened.value, environment);
  if (foreign !== null) return fail([foreign], isJson, environment);
  const total = bytesToVerify(cache);
  const counts = { record: 0, blob: 0, whole: 0, damaged: 0, incomplete: 0, unreadable: 0 };
  let read = 0;
  let reported = elapsed();
  for (const each of verify(cache)) {
    counts[each.type]++;
    counts[each.state]++;
    read += each.size;
    if (each.state === 'damaged' || each.state === 'unreadable')
      show([diagnosticOf(each)], isJson, environment);
    if (!isJson && elapsed() - reported > progressMilliseconds) {
      reported = elapsed();
      error.write(`read ${byteSize(read)} of ${byteSize(total)}\n`);
    }
    // Output is written between turns.
    await nextTurn();
  }
  const { record: records, blob: blobs, damaged, incomplete, unreadable } = counts;
  if (isJson)
    out.write(jsonLine({ type: 'verify', records, blobs, bytes: read, damaged, incomplete, unreadable }));
  else
    out.write(
      `${byteSize(read)} in ${counted(records, 'result')} and ${counted(blobs, 'file')}: ${damaged} damaged, ` +
        `${unreadable} unreadable, ${counted(incomplete, 'result')} incomplete${incomplete === 0 ? '' : ', which a run makes again when it needs it'}\n`,
    );
  return damaged > 0 || unreadable > 0 ? 1 : 0;
}

const progressMilliseconds = 5000;

function diagnosticOf({ type, name, path, state, isStuck }: Verified) {
  const what = type === 'record' ? `the result ${name}` : `the file ${name}`;
  if (state === 'unreadable')
    return problem('cache/unreadable', `${what} in the cache cannot be read`, { hint: `see ${path}` });
  if (isStuck)
    return problem('cache/damaged', `${what} in the cache is damaged, and this user may not delete it`, {
      hint: `delete ${path}`,
    });
  return problem('cache/damaged', `${what} in the cache was damaged, and is deleted`, {
    hint: 'it is made again when it is needed; if this happens often, check the disk',
  });
}
