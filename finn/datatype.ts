import { Refusal } from '../base/refusal.ts';

/** A QONNX datatype; `minimum` and `maximum` are exact up to 53 bits. */
export interface Datatype {
  readonly name: string;
  readonly bits: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly signed: boolean;
  readonly integer: boolean;
}

/** The datatype of a QONNX name such as `INT4`, `UINT8`, `BIPOLAR` or `FLOAT32`; refuses other names. */
export function datatype(name: string): Datatype {
  const found = named(name);
  if (found === null)
    throw new Refusal(
      'finn/unknown-datatype',
      `the datatype ${name} is not supported`,
      `use ${datatypeNames}`,
    );

  return found;
}

/** Whether a value is a name that `datatype` takes. */
export function isDatatype(value: unknown): value is string {
  return typeof value === 'string' && named(value) !== null;
}

/** The names that `datatype` takes, for messages. */
export const datatypeNames = 'INT1 to INT64, UINT1 to UINT64, BINARY, BIPOLAR, TERNARY or FLOAT32';

/** The signed or unsigned integer of this many bits, under its canonical name in QONNX (`BINARY` for one unsigned bit). */
export function integerDatatype(signed: boolean, bits: number): Datatype {
  if (!signed && bits === 1) return binary;
  return {
    name: `${signed ? 'INT' : 'UINT'}${bits}`,
    bits,
    minimum: signed ? -(2 ** (bits - 1)) : 0,
    maximum: signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1,
    signed,
    integer: true,
  };
}

/** The smallest datatype that can hold `value`, unsigned before signed (QONNX `DataType.get_smallest_possible`). */
export function smallestDatatype(value: number): Datatype {
  if (!Number.isInteger(value)) return float32;
  const found = candidates.find((candidate) => candidate.minimum <= value && value <= candidate.maximum);
  if (found === undefined) throw new Refusal('finn/unknown-datatype', `no integer datatype holds ${value}`);

  return found;
}

/** Whether `value` can be stored as `type`. */
export function allows(type: Datatype, value: number): boolean {
  if (!type.integer) return true;
  if (type.name === 'BIPOLAR') return value === 1 || value === -1;
  return Number.isInteger(value) && type.minimum <= value && value <= type.maximum;
}

function named(name: string): Datatype | null {
  const special = specialDatatypes.get(name);
  if (special !== undefined) return special;
  const parts = /^(U?)INT([1-9][0-9]?)$/.exec(name);
  const bits = Number(parts?.[2]);
  return parts === null || bits > 64 ? null : integerDatatype(parts[1] === '', bits);
}

const binary: Datatype = { name: 'BINARY', bits: 1, minimum: 0, maximum: 1, signed: false, integer: true };
const bipolar: Datatype = { name: 'BIPOLAR', bits: 1, minimum: -1, maximum: 1, signed: true, integer: true };
const ternary: Datatype = { name: 'TERNARY', bits: 2, minimum: -1, maximum: 1, signed: true, integer: true };
const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;
const float32: Datatype = {
  name: 'FLOAT32',
  bits: 32,
  minimum: -largestFloat32,
  maximum: largestFloat32,
  signed: true,
  integer: false,
};
const specialDatatypes: ReadonlyMap<string, Datatype> = new Map(
  [binary, bipolar, ternary, float32].map((type) => [type.name, type]),
);

const widths = Array.from({ length: 64 }, (_, index) => index + 1);
const candidates: readonly Datatype[] = [
  ...widths.map((bits) => integerDatatype(false, bits)),
  bipolar,
  ternary,
  ...widths.map((bits) => integerDatatype(true, bits)),
];
