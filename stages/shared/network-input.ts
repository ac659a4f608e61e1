import { readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { attempt } from '../../base/refusal.ts';
import type { CheckContext } from '../../core/contracts/check.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
import { upstreamOf } from '../../core/contracts/plan.ts';

/**
 * The shape of one image as the user's network states it, before anything has run; null if it does not state one, or cannot be
 * read. A stage of the file that lowers the network says which it is.
 */
export async function networkInput({
  stage,
  stages,
  world,
}: Pick<CheckContext, 'stage' | 'stages' | 'world'>): Promise<readonly number[] | null> {
  const [source, ...others] = networksBefore(stage, stages);
  if (source === undefined || others.length > 0) return null;
  const { model, data } = source.params;
  if (typeof model !== 'string') return null;
  const path = resolve(world.project, model);
  if (!isFile(path)) return null;
  const { readModel } = await import('../../onnx/read.ts');
  const beside = (name: string): Uint8Array | null => {
    const file = typeof data === 'string' ? join(world.project, data) : '';
    return basename(file) === name && isFile(file) ? readFileSync(file) : null;
  };
  // What is wrong with the network, the stage that lowers it says better.
  const read = attempt(() => readModel(readFileSync(path), beside));
  const [input, ...more] = read.ok ? read.value.graph.inputs : [];
  if (input === undefined || more.length > 0) return null;
  const shape = input.shape ?? [null];
  return shape.every((extent) => extent !== null) ? shape : null;
}

/** The stages that read a network of the user's, among all that a stage waits for. */
function networksBefore(stage: PlannedStage, stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const reached = new Set<string>([stage.name]);
  // Stages come after those that they need.
  for (const each of [...stages].reverse())
    if (reached.has(each.name)) for (const name of upstreamOf(each)) reached.add(name);
  return stages.filter(({ name, kind }) => reached.has(name) && readers.includes(kind));
}

/** By the front end: what lowers it at once, or tidies it for FINN. */
const readers: readonly string[] = ['finn/preprocess', 'finn/tidy'];

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
