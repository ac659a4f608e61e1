import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { problem } from '../../../base/diagnostic.ts';
import { failure, success } from '../../../base/result.ts';
import type { Work } from '../../../core/contracts/types.ts';
import type { Log } from '../../../vivado/log.ts';
import { chosenBoardPart, readProbe } from '../../../vivado/probe.ts';
import { writeInto } from '../../shared/files.ts';
import { namedFailure, tellingLines } from '../failure-in.ts';
import { finishing } from '../outcome.ts';
import { logsIn } from '../raw.ts';
import type { ProbeJob } from './params.ts';

/**
 * Reads what Vivado reported in `out/raw/probe.txt`, chooses the board part, and writes its name to
 * `out/platform/board-part`: nothing else, so that whatever else Vivado has changes nothing that is built.
 */
export const finishProbe: Work<ProbeJob> = (job) => {
  const raw = join(job.outDir, 'raw');
  return finishing(
    job,
    async () => {
      const answer = join(raw, 'probe.txt');
      const probe = existsSync(answer) ? readProbe(await readFile(answer, 'utf8')) : null;
      if (probe === null) return failure(unanswered(await logsIn(raw)));
      const boardPart = chosenBoardPart(job.params, probe);
      await writeInto(join(job.outDir, 'platform'), 'board-part', `${boardPart}\n`);
      const isStandIn = (await readFile(join(raw, 'versions.txt'), 'utf8')).includes('STAND-IN');
      return success({
        emulated: isStandIn,
        summary: `${isStandIn ? 'STAND-IN: ' : ''}${boardPart}, ${job.params.part}`,
      });
    },
    async () => {
      const logs = await logsIn(raw);
      return logs.length === 0 ? null : unanswered(logs);
    },
  );
};

function unanswered(logs: readonly Log[]): Diagnostic {
  return (
    namedFailure(logs) ??
    problem('vivado/no-answer', 'Vivado did not report what it can build for', { detail: tellingLines(logs) })
  );
}
