import { describe, expect, test } from 'vitest';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import {
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  type Reply,
  type Request,
} from '../../../boards/protocol/messages.ts';

const place = { deployment: 'd', position: 1, package: 'p' };
const boundary = { shape: [1, 4, 8], datatype: 'INT2', folded: [1, 4, 2, 4] };

const requests: readonly Request[] = [
  { type: 'load', ...place },
  { type: 'infer', ...place, images: 2, packed: Buffer.of(1, 2, 3) },
  { type: 'status' },
];
const replies: readonly Reply[] = [
  {
    type: 'loaded',
    package: 'p',
    emulated: true,
    input: boundary,
    output: boundary,
    cycles: { perNode: { MVAU_hls_0: 5 }, max: 5, total: 5 },
    modelledSeconds: 0.25,
  },
  { type: 'inferred', images: 2, emulated: true, modelledSeconds: 1e-5, packed: Buffer.of(9) },
  {
    type: 'status',
    name: 'zed0',
    boardType: 'zedboard',
    part: 'xc7z020clg484-1',
    emulated: true,
    deployment: '',
    loaded: '',
    packages: ['p'],
    counts: { loads: 1, batches: 2, images: 3, refused: 4 },
  },
  { type: 'error', code: 'board/no-deployment', message: 'zed0 holds no deployment', hint: '' },
];

function frameOf(bytes: Uint8Array) {
  return createFrameReader().read(bytes).frames[0]!;
}

describe('messages', () => {
  test.each(requests.map((request) => [request.type, request] as const))(
    'request %s comes back',
    (_type, request) => {
      expect(decodeRequest(frameOf(encodeRequest(1, request)))).toEqual(request);
    },
  );

  test.each(replies.map((reply) => [reply.type, reply] as const))('reply %s comes back', (_type, reply) => {
    expect(decodeReply(frameOf(encodeReply(1, reply)))).toEqual(reply);
  });

  test.each([
    [99, '{}', 'protocol/unknown-type', 'there is no request of type 99'],
    [3, 'nonsense', 'protocol/bad-head', 'the head of the request is not JSON'],
    [3, '[]', 'protocol/bad-head', 'the head of the request is not a JSON object'],
    [
      1,
      '{"deployment":"d","package":"p"}',
      'protocol/bad-head',
      '"position" is not a whole number of at least 0',
    ],
    [1, '{"deployment":1,"position":0,"package":"p"}', 'protocol/bad-head', '"deployment" is not a text'],
  ])('request %i %s is refused', (type, head, code, message) => {
    const frame = frameOf(encodeFrame({ type, request: 1, head, tail: new Uint8Array() }));
    expect(() => decodeRequest(frame)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});
