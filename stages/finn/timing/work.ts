import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../../../base/diagnostic.ts';
import { failure, success } from '../../../base/result.ts';
import { boardType } from '../../../boards/data.ts';
import type { Work } from '../../../core/contracts/types.ts';
import { depthSettings } from '../../../finn/cycles/depths.ts';
import { dma } from '../../../finn/cycles/drivers.ts';
import { timeGraph } from '../../../finn/cycles/time-graph.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeJson } from '../../shared/files.ts';
import { refusing } from '../../shared/refusing.ts';
import { faultDiagnostics } from '../fault-diagnostics.ts';
import { freeOn } from './budget.ts';
import { builtDepths } from './lock.ts';
import { progressLog, sizingWarnings } from './sizing.ts';
import { summaryOf } from './summary.ts';
import type { TimingJob } from './params.ts';
import { deadlockDetails, deadlockMessage, warningsOf } from './warnings.ts';

/**
 * Chooses depths for the FIFOs of `in/submodel/submodel.onnx` by the policy and simulates it. Writes `out/depths/depths.json`
 * (the settings that FINN builds them with), `out/report/timing.json` and, if depths are sized, the decision to
 * `out/lock/lock.json`. Refuses a submodel that deadlocks, or whose hardware FINN gets wrong, if it is to be synthesised.
 */
export const timing: Work<TimingJob> = ({ params, inDir, outDir, log }) =>
  refusing(async () => {
    const { target, fifos, mvauQueue } = params;
    const graph = readHardwareGraph(await readFile(join(inDir, 'submodel', 'submodel.onnx')));
    const faults = faultDiagnostics(graph, params.isForVivado ? 'error' : 'warning');
    if (params.isForVivado && faults.length > 0) return failure(...faults);
    const board = boardType(target.board);
    const timed = timeGraph(graph, {
      ...{ part: target.part, clockMHz: target.clockMHz, policy: fifos, queue: mvauQueue },
      driver: dma(board.portWidth),
      hasUram: board.resources.URAM > 0,
      budget: params.counting === undefined ? null : freeOn(board, graph, target.part, params.counting),
      built: builtDepths(params.lock),
      onProgress: progressLog(log),
    });
    if (params.isForVivado && timed.report.pace === null)
      return failure(problem('timing/deadlock', deadlockMessage, deadlockDetails(timed.report)));
    await writeJson(join(outDir, 'depths'), 'depths.json', depthSettings(graph, timed.places, timed.depths));
    await writeJson(join(outDir, 'report'), 'timing.json', timed.report);
    if (fifos.type === 'sized') await writeJson(join(outDir, 'lock'), 'lock.json', { depths: timed.depths });
    const asked = fifos.type === 'sized' ? fifos.rate : null;
    return success({
      summary: summaryOf(timed.report),
      warnings: [...faults, ...warningsOf(timed.report), ...sizingWarnings(timed, asked, target.clockMHz)],
    });
  });
