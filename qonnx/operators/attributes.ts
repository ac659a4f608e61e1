import type { OnnxTensor } from '../../onnx/model.ts';
import { badOperand } from './operator.ts';
import type { Call } from './operator.ts';

/** An int attribute, or what holds if it is absent; another type is refused, as it is for all attributes. */
export function integerAttribute<Absent>(call: Call, name: string, absent: Absent): number | Absent {
  return attributeOf(call, name, 'int') ?? absent;
}

/** A float attribute, or what holds if it is absent. */
export function floatAttribute<Absent>(call: Call, name: string, absent: Absent): number | Absent {
  return attributeOf(call, name, 'float') ?? absent;
}

/** A text attribute, or what holds if it is absent. */
export function textAttribute<Absent>(call: Call, name: string, absent: Absent): string | Absent {
  return attributeOf(call, name, 'string') ?? absent;
}

/** An attribute of several ints, or what holds if it is absent. */
export function integersAttribute<Absent>(
  call: Call,
  name: string,
  absent: Absent,
): readonly number[] | Absent {
  return attributeOf(call, name, 'ints') ?? absent;
}

/** An attribute of several floats, or what holds if it is absent. */
export function floatsAttribute<Absent>(
  call: Call,
  name: string,
  absent: Absent,
): readonly number[] | Absent {
  return attributeOf(call, name, 'floats') ?? absent;
}

/** A tensor attribute, or what holds if it is absent. */
export function tensorAttribute<Absent>(call: Call, name: string, absent: Absent): OnnxTensor | Absent {
  return attributeOf(call, name, 'tensor') ?? absent;
}

interface Types {
  readonly int: number;
  readonly float: number;
  readonly string: string;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly tensor: OnnxTensor;
}

function attributeOf<Type extends keyof Types>(call: Call, name: string, type: Type): Types[Type] | null {
  const attribute = call.node.attributes.get(name);
  if (attribute === undefined) return null;
  if (attribute.type !== type)
    throw badOperand(call, `has an attribute ${name} of type ${attribute.type}, not ${type}`);
  return attribute.value as Types[Type];
}
