import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import type { HostModels, HostPart } from '../../finn/host/host-part.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';
import type { OnnxModel, OnnxTensor } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';
import { modelPieces } from '../../onnx/write.ts';
import { runNetwork } from '../../qonnx/execute.ts';
import { prepareNetwork } from '../../qonnx/network.ts';
import { writeInto, writeJson } from './files.ts';

/** What runs before and after the boards. */
export interface Host {
  readonly part: HostPart;
  /** `image` has the shape and a legal value of the part's input everywhere. */
  readonly toBoards: (image: OnnxTensor) => IntegerTensor;
  /** One tensor for each of the part's outputs. */
  readonly fromBoards: (tensor: IntegerTensor) => readonly OnnxTensor[];
}

/** Writes a host part into a folder: host.json, before.onnx and after.onnx; refuses what the host cannot run. */
export async function writeHost(directory: string, { part, before, after }: HostModels): Promise<void> {
  for (const model of [before, after]) prepareNetwork(model);
  await writeJson(directory, 'host.json', part);
  await writeInto(directory, 'before.onnx', modelPieces(before));
  await writeInto(directory, 'after.onnx', modelPieces(after));
}

/** The host part in a folder that `writeHost` wrote; refuses other formats. */
export async function openHost(directory: string): Promise<Host> {
  const part = JSON.parse(await readFile(join(directory, 'host.json'), 'utf8')) as {
    readonly format: unknown;
  };
  if (part.format !== 2)
    throw new Refusal(
      'host/unknown-format',
      `host.json has format ${JSON.stringify(part.format)}; this version reads format 2`,
      'run preprocess again with this version',
    );
  const model = async (name: string): Promise<OnnxModel> => readModel(await readFile(join(directory, name)));
  return runHost({
    part: part as HostPart,
    before: await model('before.onnx'),
    after: await model('after.onnx'),
  });
}

/** A host part, ready to run. */
export function runHost({ part, before, after }: HostModels): Host {
  const [first, last] = [running(before), running(after)];
  return {
    part,
    toBoards: (image) => {
      const [made] = first(image.shape, image.values);
      const { shape, values } = defined(made, 'the part in front of the boards has an output');
      return { shape, data: Int32Array.from(values, Number) };
    },
    fromBoards: ({ shape, data }) => last(shape, data),
  };
}

/** The outputs of a model with one input, in order. */
function running(
  model: OnnxModel,
): (shape: readonly number[], values: OnnxTensor['values']) => readonly OnnxTensor[] {
  const network = prepareNetwork(model);
  const { name, elementType } = defined(model.graph.inputs[0], 'a part of the host has an input');
  const outputs = model.graph.outputs.map((output) => output.name);
  return (shape, values) => {
    const given: OnnxTensor =
      elementType === 'int64'
        ? { elementType, shape, values: BigInt64Array.from(values, BigInt) }
        : { elementType: 'float32', shape, values: Float32Array.from(values, Number) };
    const made = runNetwork(network, new Map([[name, given]]));
    return outputs.map((output) => defined(made.get(output), 'a network makes its outputs'));
  };
}
