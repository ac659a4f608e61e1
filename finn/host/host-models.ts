import { defined } from '../../base/defined.ts';
import { elementCount } from '../../base/shape.ts';
import { Refusal } from '../../base/refusal.ts';
import type { OnnxModel, ValueInfo } from '../../onnx/model.ts';
import type { HostModels, Meaning } from './host-part.ts';
import type { Origin } from './origin.ts';
import { originOf } from './origin.ts';

/** What the boards give: the datatype of their output, and what it says. */
export interface BoardsOutput {
  readonly datatype: string;
  readonly meaning: Meaning;
}

/** A host part of its two models, whose boundaries have the names that the user knows. */
export function hostModels(before: OnnxModel, after: OnnxModel, boards: BoardsOutput): HostModels {
  const input = defined(before.graph.inputs[0], 'a network has an input');
  return {
    part: {
      format: 2,
      input: {
        name: input.name,
        shape: fixedShape(input),
        datatype: before.graph.annotations.get(input.name)?.get('finn_datatype') ?? 'FLOAT32',
      },
      outputs: after.graph.outputs.map((output) => ({
        name: output.name,
        shape: fixedShape(output),
        ...said(originOf(after.graph, output.name), elementCount(fixedShape(output)), boards),
      })),
    },
    before: withItsVersions(before),
    after: withItsVersions(after),
  };
}

/** Without the versions of operators that are not in it, so that parts that do the same are equal. */
function withItsVersions(model: OnnxModel): OnnxModel {
  const used = new Set(['', ...model.graph.nodes.map(({ domain }) => domain)]);
  return { ...model, opsets: new Map([...model.opsets].filter(([domain]) => used.has(domain))) };
}

/** The datatype of an output of `size` elements, and what it says. */
function said(origin: Origin, size: number, boards: BoardsOutput): BoardsOutput {
  switch (origin) {
    case 'boards':
      return { ...boards, meaning: size === 1 ? boards.meaning : 'values' };
    case 'choice':
      return { datatype: 'INT64', meaning: size === 1 ? 'class' : 'values' };
    case 'arithmetic':
      return { datatype: 'FLOAT32', meaning: 'values' };
  }
}

function fixedShape({ name, shape }: ValueInfo): readonly number[] {
  if (shape?.every((extent): extent is number => extent !== null)) return shape;
  throw new Refusal(
    'dialect/no-shape',
    `tensor ${name} has no fixed shape`,
    'state the batch size when exporting',
  );
}
