import { Refusal } from '../base/refusal.ts';
import { checkFormat } from './foreign.ts';

/**
 * Checks a protobuf file against ONNX's schema before it is decoded: every field must be known, fit into its message and
 * have the wire type of its number, because the decoder reads past a field that does not fit and drops unknown ones.
 * Refuses with `onnx/empty`, `onnx/not-onnx`, `onnx/truncated`, `onnx/corrupt` or `onnx/unknown-field`.
 */
export function checkWire(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new Refusal('onnx/empty', 'the ONNX file is empty', 'export the model again');
  checkFormat(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  walk({ bytes, view }, 'ModelProto', 0, bytes.length);
}

/** V varint, F 4 bytes, D 8 bytes, B bytes, S text, I ignored on purpose, U refused; other names are messages. */
type Kind = 'V' | 'F' | 'D' | 'B' | 'S' | 'I' | 'U' | MessageName;

/** Fields of ONNX 1.10, which the decoder supports, and, as `I`, later ones that do not affect what a model computes. */
const fields = {
  ModelProto: '1:V 2:S 3:S 4:S 5:V 6:S 7:GraphProto 8:OperatorSetIdProto 14:StringStringEntryProto 20:U 25:U',
  GraphProto:
    '1:NodeProto 2:S 5:TensorProto 10:S 11:ValueInfoProto 12:ValueInfoProto 13:ValueInfoProto 14:TensorAnnotation 15:U 16:I',
  NodeProto: '1:S 2:S 3:S 4:S 5:AttributeProto 6:S 7:S 9:I',
  AttributeProto:
    '1:S 2:F 3:V 4:B 5:TensorProto 6:U 7:F 8:V 9:B 10:U 11:U 13:S 14:U 15:U 20:V 21:S 22:U 23:U',
  TensorProto: '1:V 2:V 3:U 4:F 5:V 6:B 7:V 8:S 9:B 10:D 11:V 12:S 13:StringStringEntryProto 14:V 16:I',
  ValueInfoProto: '1:S 2:TypeProto 3:S 4:I',
  TypeProto: '1:TensorTypeProto 4:U 5:U 6:S 8:U 9:U',
  TensorTypeProto: '1:V 2:TensorShapeProto',
  TensorShapeProto: '1:DimensionProto',
  DimensionProto: '1:V 2:S 3:S',
  TensorAnnotation: '1:S 2:StringStringEntryProto',
  StringStringEntryProto: '1:S 2:S',
  OperatorSetIdProto: '1:S 2:V',
} as const;
type MessageName = keyof typeof fields;

function kindsOf(message: MessageName): ReadonlyMap<number, Kind> {
  return new Map(
    fields[message].split(' ').map((entry) => {
      const [number, kind] = entry.split(':');
      return [Number(number), kind as Kind];
    }),
  );
}

const messages = Object.keys(fields) as readonly MessageName[];
const schema = Object.fromEntries(messages.map((message) => [message, kindsOf(message)])) as {
  readonly [message in MessageName]: ReadonlyMap<number, Kind>;
};

interface ProtoFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const text = new TextDecoder('utf-8', { fatal: true });

function walk(file: ProtoFile, message: MessageName, start: number, end: number): void {
  const known = schema[message];
  let position = start;
  while (position < end) {
    const tag = varint(file, position, end);
    const wire = tag.value % 8;
    const field = Math.floor(tag.value / 8);
    const kind = known.get(field);
    const content = extent(file, wire, tag.next, end, message);
    position = content.end;
    if (kind === undefined) {
      if (field === 0 || field > 1000) throw corrupt(`${message} has a field numbered ${field}`);
      if (wire !== 2 || content.end > content.start) throw unknownField(message, field);
    } else if (kind === 'I') {
      if (wire !== 2) throw corrupt(`field ${field} of ${message} has wire type ${wire}`);
    } else {
      checkField(file, message, field, kind, wire, content);
    }
  }
}

function checkField(
  file: ProtoFile,
  message: MessageName,
  field: number,
  kind: Exclude<Kind, 'I'>,
  wire: number,
  content: Extent,
): void {
  if (isScalar(kind)) {
    if (wire === 2 && packed.has(`${message}.${field}`)) checkPacked(file, kind, content, message);
    else checkWireType(message, field, wire, scalarWires[kind]);
    return;
  }
  checkWireType(message, field, wire, 2);
  switch (kind) {
    case 'B':
      return;
    case 'S':
      checkText(file, message, field, content);
      return;
    case 'U':
      throw new Refusal(
        'onnx/unsupported-field',
        `field ${field} of ${message} (subgraphs, functions, sparse tensors, training) is not supported`,
        'export the model as one plain graph of tensors',
      );
    default:
      walk(file, kind, content.start, content.end);
  }
}

const scalarWires = { V: 0, F: 5, D: 1 } as const;

function isScalar(kind: Kind): kind is keyof typeof scalarWires {
  return Object.hasOwn(scalarWires, kind);
}

function checkWireType(message: MessageName, field: number, wire: number, expected: number): void {
  if (wire !== expected) throw corrupt(`field ${field} of ${message} has wire type ${wire}, not ${expected}`);
}

function checkText({ bytes }: ProtoFile, message: MessageName, field: number, content: Extent): void {
  try {
    text.decode(bytes.subarray(content.start, content.end));
  } catch {
    throw corrupt(`field ${field} of ${message} is not UTF-8 text`);
  }
}

const packed: ReadonlySet<string> = new Set([
  ...['AttributeProto.7', 'AttributeProto.8', 'TensorProto.1', 'TensorProto.4', 'TensorProto.5'],
  ...['TensorProto.7', 'TensorProto.10', 'TensorProto.11'],
]);

function checkPacked(file: ProtoFile, kind: 'V' | 'F' | 'D', content: Extent, message: MessageName): void {
  if (kind === 'V') {
    let position = content.start;
    while (position < content.end) position = varint(file, position, content.end).next;
  } else if ((content.end - content.start) % (kind === 'F' ? 4 : 8) !== 0) {
    throw corrupt(`a list in ${message} ends inside a number`);
  }
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

function extent(file: ProtoFile, wire: number, position: number, end: number, message: MessageName): Extent {
  switch (wire) {
    case 0:
      return { start: position, end: varint(file, position, end).next };
    case 1:
      return within(file, position, position + 8, end, message);
    case 2: {
      const length = varint(file, position, end);
      return within(file, length.next, length.next + length.value, end, message);
    }
    case 5:
      return within(file, position, position + 4, end, message);
    default:
      throw corrupt(`${message} uses wire type ${wire}`);
  }
}

function within(file: ProtoFile, start: number, stop: number, end: number, message: MessageName): Extent {
  if (stop > end) {
    if (end === file.bytes.length) throw truncated(stop);
    throw corrupt(`a field of ${message} is longer than the message`);
  }
  return { start, end: stop };
}

function varint(
  file: ProtoFile,
  position: number,
  end: number,
): { readonly value: number; readonly next: number } {
  // Beyond 2^53 the value is rounded, but no tag or length that large passes the checks.
  let value = 0;
  for (let index = 0; index < 10; index++) {
    if (position + index >= end) {
      if (end === file.bytes.length) throw truncated(end + 1);
      throw corrupt('a number is longer than its message');
    }
    const byte = file.view.getUint8(position + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: position + index + 1 };
  }
  throw corrupt('a number is longer than ten bytes');
}

function corrupt(detail: string): Refusal {
  return new Refusal('onnx/corrupt', `not a valid ONNX file: ${detail}`, 'export or copy the model again');
}

function truncated(needed: number): Refusal {
  return new Refusal(
    'onnx/truncated',
    `the ONNX file ends early: at least ${needed} bytes are announced`,
    'the file was cut short; export or copy it again',
  );
}

function unknownField(message: MessageName, field: number): Refusal {
  return new Refusal(
    'onnx/unknown-field',
    `field ${field} of ${message} is newer than ONNX 1.10 and would be lost`,
    'export the model with an older ONNX IR version (8 is safe)',
  );
}
