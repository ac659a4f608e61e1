import { Refusal } from '../../base/refusal.ts';
import type { Fields } from '../../base/fields.ts';
import { parseFields } from '../../base/fields.ts';
import { parseBoundary, parseCycles } from '../package/format.ts';
import type { Frame } from './frame.ts';
import { encodeFrame } from './frame.ts';
import type { Hop, DeployedPackage, Reply, Request, Work } from './messages.ts';

/** The numbers of requests on the wire, by their names in memory; the same as in docs/protocol.md and server/src/messages.h. */
export const requestTypes = {
  status: 3,
  lease: 4,
  release: 5,
  list: 6,
  metrics: 7,
  load: 8,
  infer: 9,
  forward: 10,
  unload: 11,
} as const satisfies Record<Request['type'], number>;

/** As `requestTypes`, for replies. */
export const replyTypes = {
  status: 0x83,
  leased: 0x84,
  released: 0x85,
  listed: 0x86,
  metrics: 0x87,
  loaded: 0x88,
  inferred: 0x89,
  forwarded: 0x8a,
  unloaded: 0x8b,
  error: 0xff,
} as const satisfies Record<Reply['type'], number>;

/** The bytes of a request; `seal` makes its tag. */
export function encodeRequest(request: number, message: Request, seal: Seal): Uint8Array {
  return encodeMessage(requestTypes[message.type], request, message, seal);
}

/** The bytes of a reply; without `seal`, for a peer that is not in a session. */
export function encodeReply(request: number, message: Reply, seal: Seal | null): Uint8Array {
  return encodeMessage(replyTypes[message.type], request, message, seal);
}

/**
 * Refuses an unknown type (`protocol/unknown-type`), an incomplete head and an unexpected tail
 * (`protocol/bad-head`).
 */
export function decodeRequest(frame: Frame): Request {
  const type = nameOf(requestTypes, frame.type);
  if (type === null) throw new Refusal('protocol/unknown-type', `there is no request of type ${frame.type}`);

  const fields = parseFields(frame.head, 'the head of the request', 'protocol/bad-head');
  if (frame.tail.length > 0 && type !== 'infer' && type !== 'forward')
    throw new Refusal('protocol/bad-head', `the request ${type.toUpperCase()} must not have a tail`);

  return requestReaders[type](fields, frame.tail);
}

/** As `decodeRequest`, for the other direction. */
export function decodeReply(frame: Frame): Reply {
  const type = nameOf(replyTypes, frame.type);
  if (type === null) throw new Refusal('protocol/unknown-type', `there is no reply of type ${frame.type}`);

  const fields = parseFields(frame.head, 'the head of the reply', 'protocol/bad-head');
  return replyReaders[type](fields, frame.tail);
}

type Seal = (tagged: Uint8Array) => Uint8Array;

/** How each message is read from its head and its tail. */
type Readers<Message extends { readonly type: string }> = {
  readonly [Type in Message['type']]: (
    fields: Fields,
    tail: Uint8Array,
  ) => Extract<Message, { readonly type: Type }>;
};

const requestReaders: Readers<Request> = {
  status: () => ({ type: 'status' }),
  lease: (fields) => ({
    type: 'lease',
    lease: shortText(fields, 'lease'),
    seconds: fields.amount('seconds'),
  }),
  release: (fields) => ({ type: 'release', lease: shortText(fields, 'lease') }),
  list: (fields) => ({ type: 'list', lease: shortText(fields, 'lease') }),
  metrics: (fields) => ({ type: 'metrics', lease: shortText(fields, 'lease') }),
  load: (fields) => ({ type: 'load', lease: shortText(fields, 'lease'), ...place(fields) }),
  infer: (fields, packed) => ({
    type: 'infer',
    lease: shortText(fields, 'lease'),
    ...place(fields),
    images: fields.count('images'),
    packed,
  }),
  forward: (fields, packed) => ({
    type: 'forward',
    lease: shortText(fields, 'lease'),
    ...place(fields),
    images: fields.count('images'),
    route: fields.objects('route').map(hop),
    deadlineSeconds: fields.amount('deadlineSeconds'),
    packed,
  }),
  unload: (fields) => ({ type: 'unload', lease: shortText(fields, 'lease') }),
};

const replyReaders: Readers<Reply> = {
  status: (fields) => ({
    type: 'status',
    name: fields.text('name'),
    boardType: fields.text('boardType'),
    part: fields.text('part'),
    emulated: fields.flag('emulated'),
    deployment: fields.text('deployment'),
    loaded: fields.text('loaded'),
    fault: fields.text('fault'),
    leasedSeconds: fields.amount('leasedSeconds'),
  }),
  leased: (fields) => ({ type: 'leased', lease: fields.text('lease'), seconds: fields.amount('seconds') }),
  released: () => ({ type: 'released' }),
  listed: (fields) => ({ type: 'listed', packages: fields.texts('packages') }),
  metrics: (fields) => {
    const figures = fields.object('figures');
    const named = figures.names().map((name) => [name, figures.amount(name)] as const);
    return { type: 'metrics', figures: Object.fromEntries(named) };
  },
  loaded: (fields) => ({
    type: 'loaded',
    package: fields.text('package'),
    emulated: fields.flag('emulated'),
    input: parseBoundary(fields.object('input')),
    output: parseBoundary(fields.object('output')),
    cycles: parseCycles(fields.object('cycles')),
    modelledSeconds: fields.amount('modelledSeconds'),
  }),
  inferred: (fields, packed) => ({
    type: 'inferred',
    images: fields.count('images'),
    ...work(fields),
    packed,
  }),
  forwarded: (fields, packed) => ({
    type: 'forwarded',
    images: fields.count('images'),
    work: fields.objects('work').map(work),
    packed,
  }),
  unloaded: () => ({ type: 'unloaded' }),
  error: (fields) => ({
    type: 'error',
    code: fields.text('code'),
    message: fields.text('message'),
    hint: fields.text('hint'),
  }),
};

function nameOf<T extends string>(types: Readonly<Record<T, number>>, number: number): T | null {
  return (Object.keys(types) as T[]).find((name) => types[name] === number) ?? null;
}

// The frame's type and tail say what `type` and `packed` say in memory; JSON leaves out what is undefined.
function encodeMessage(
  type: number,
  request: number,
  message: Request | Reply,
  seal: Seal | null,
): Uint8Array {
  const head = JSON.stringify({ ...message, type: undefined, packed: undefined });
  const tail = 'packed' in message ? message.packed : new Uint8Array();
  return encodeFrame({ type, request, head, tail }, seal);
}

function place(fields: Fields): DeployedPackage {
  return {
    deployment: shortText(fields, 'deployment'),
    position: fields.count('position'),
    package: shortText(fields, 'package'),
  };
}

function hop(fields: Fields): Hop {
  return {
    name: shortText(fields, 'name'),
    host: shortText(fields, 'host'),
    port: fields.count('port'),
    lease: shortText(fields, 'lease'),
    position: fields.count('position'),
    package: shortText(fields, 'package'),
  };
}

/** Names, addresses, leases and ids of a request: a board may keep them and repeat them. */
function shortText(fields: Fields, name: string): string {
  const text = fields.text(name);
  if (Buffer.byteLength(text) <= 64) return text;
  throw new Refusal('protocol/bad-head', `the head of the request: "${name}" has more than 64 bytes`);
}

function work(fields: Fields): Work {
  return {
    emulated: fields.flag('emulated'),
    modelledSeconds: fields.amount('modelledSeconds'),
    measuredSeconds: fields.amount('measuredSeconds'),
  };
}
