import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import { elementCount } from '../../base/shape.ts';
import { datatype } from '../../finn/datatype.ts';
import type { HostPart as HostOps } from '../../finn/host/host-part.ts';
import { runHost } from '../../finn/host/host-part.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';
import type { OnnxTensor } from '../../onnx/model.ts';

/** A tensor that the user passes in or receives. */
export interface HostTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** QONNX datatype name. */
  readonly datatype: string;
}

export interface HostPart {
  readonly input: HostTensor;
  readonly outputs: readonly (HostTensor & { readonly meaning: 'class' | 'values' })[];
}

/** What runs before and after the boards. */
export interface Host {
  readonly part: HostPart;
  /** `image` has the shape and a legal value of the part's input everywhere. */
  readonly toBoards: (image: OnnxTensor) => IntegerTensor;
  /** One tensor for each of the part's outputs. */
  readonly fromBoards: (tensor: IntegerTensor) => readonly OnnxTensor[];
}

/** The host part in a folder with a host.json; refuses other formats. */
export async function openHost(directory: string): Promise<Host> {
  const read = JSON.parse(await readFile(join(directory, 'host.json'), 'utf8')) as { format: unknown };
  if (read.format !== 1)
    throw new Refusal(
      'host/unknown-format',
      `host.json has format ${JSON.stringify(read.format)}; this version reads format 1`,
      'run preprocess again with this version',
    );
  const { input, output, before, after } = read as HostOps;
  const isClass = elementCount(output.shape) === 1 && datatype(output.datatype).integer;
  return {
    part: {
      input: { name: 'input', ...input },
      outputs: [{ name: 'output', ...output, meaning: isClass ? 'class' : 'values' }],
    },
    toBoards: ({ shape, values }) => runHost(before, { shape, data: Int32Array.from(values, Number) }),
    fromBoards(tensor) {
      const { shape, data } = runHost(after, tensor);
      return [{ elementType: 'int32', shape, values: data }];
    },
  };
}
