import { Refusal } from '../../onnx/refusal.ts';
import { type Fields, parseFields } from '../fields.ts';
import { type Boundary, type Cycles, parseBoundary, parseCycles } from '../package/format.ts';
import { encodeFrame, type Frame } from './frame.ts';

/** Names one package in its place: a board answers only if all three agree with what it holds. */
export interface Place {
  readonly deployment: string;
  readonly position: number;
  /** Id of the package at that position. */
  readonly package: string;
}

export type Request =
  | ({ readonly type: 'load' } & Place)
  | ({
      readonly type: 'infer';
      readonly images: number;
      /** The images one after the other, each packed as its boundary says. */
      readonly packed: Uint8Array;
    } & Place)
  | { readonly type: 'status' };

export interface Loaded {
  readonly type: 'loaded';
  readonly package: string;
  readonly emulated: boolean;
  readonly input: Boundary;
  readonly output: Boundary;
  readonly cycles: Cycles;
  /** What the reconfiguration would take on the real board, by the time model. */
  readonly modelledSeconds: number;
}

export interface Inferred {
  readonly type: 'inferred';
  readonly images: number;
  readonly emulated: boolean;
  /** What the accelerator alone would need for this batch, by the time model. */
  readonly modelledSeconds: number;
  readonly packed: Uint8Array;
}

export interface Status {
  readonly type: 'status';
  readonly name: string;
  readonly boardType: string;
  readonly part: string;
  readonly emulated: boolean;
  /** Id of the deployment the board holds; '' if none. */
  readonly deployment: string;
  /** Id of the package that is loaded; '' if none. */
  readonly loaded: string;
  /** Ids of the packages the board keeps. */
  readonly packages: readonly string[];
  readonly counts: {
    readonly loads: number;
    readonly batches: number;
    readonly images: number;
    readonly refused: number;
  };
}

export interface Failed {
  readonly type: 'error';
  /** Stable; docs/errors.md lists every one. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type Reply = Loaded | Inferred | Status | Failed;

export function encodeRequest(request: number, message: Request): Uint8Array {
  return encodeMessage(requestTypes[message.type], request, message);
}

export function encodeReply(request: number, message: Reply): Uint8Array {
  return encodeMessage(replyTypes[message.type], request, message);
}

/** Refuses an unknown type (`protocol/unknown-type`) and a head that lacks something (`protocol/bad-head`). */
export function decodeRequest(frame: Frame): Request {
  const fields = parseFields(frame.head, 'the head of the request', 'protocol/bad-head');
  switch (frame.type) {
    case requestTypes.load:
      return { type: 'load', ...place(fields) };
    case requestTypes.infer:
      return { type: 'infer', ...place(fields), images: fields.count('images'), packed: frame.tail };
    case requestTypes.status:
      return { type: 'status' };
    default:
      throw new Refusal('protocol/unknown-type', `there is no request of type ${String(frame.type)}`);
  }
}

/** As `decodeRequest`, for the other direction. */
export function decodeReply(frame: Frame): Reply {
  const fields = parseFields(frame.head, 'the head of the reply', 'protocol/bad-head');
  switch (frame.type) {
    case replyTypes.loaded:
      return loaded(fields);
    case replyTypes.inferred:
      return {
        type: 'inferred',
        images: fields.count('images'),
        emulated: fields.flag('emulated'),
        modelledSeconds: fields.amount('modelledSeconds'),
        packed: frame.tail,
      };
    case replyTypes.status:
      return status(fields);
    case replyTypes.error:
      return {
        type: 'error',
        code: fields.text('code'),
        message: fields.text('message'),
        hint: fields.text('hint'),
      };
    default:
      throw new Refusal('protocol/unknown-type', `there is no reply of type ${String(frame.type)}`);
  }
}

const requestTypes = { load: 1, infer: 2, status: 3 } as const;
const replyTypes = { loaded: 0x81, inferred: 0x82, status: 0x83, error: 0xff } as const;

// The frame's type and tail say what `type` and `packed` say in memory; JSON leaves out what is undefined.
function encodeMessage(type: number, request: number, message: Request | Reply): Uint8Array {
  const head = JSON.stringify({ ...message, type: undefined, packed: undefined });
  return encodeFrame({ type, request, head, tail: 'packed' in message ? message.packed : new Uint8Array() });
}

function place(fields: Fields): Place {
  return {
    deployment: fields.text('deployment'),
    position: fields.count('position'),
    package: fields.text('package'),
  };
}

function loaded(fields: Fields): Loaded {
  return {
    type: 'loaded',
    package: fields.text('package'),
    emulated: fields.flag('emulated'),
    input: parseBoundary(fields.object('input')),
    output: parseBoundary(fields.object('output')),
    cycles: parseCycles(fields.object('cycles')),
    modelledSeconds: fields.amount('modelledSeconds'),
  };
}

function status(fields: Fields): Status {
  const counts = fields.object('counts');
  return {
    type: 'status',
    name: fields.text('name'),
    boardType: fields.text('boardType'),
    part: fields.text('part'),
    emulated: fields.flag('emulated'),
    deployment: fields.text('deployment'),
    loaded: fields.text('loaded'),
    packages: fields.texts('packages'),
    counts: {
      loads: counts.count('loads'),
      batches: counts.count('batches'),
      images: counts.count('images'),
      refused: counts.count('refused'),
    },
  };
}
