import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../base/refusal.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from '../../../boards/protocol/codec.ts';
import type { Reply, Request } from '../../../boards/protocol/messages.ts';

const lease = '0123456789abcdef0123456789abcdef';
const work = { emulated: true, modelledSeconds: 1e-5, measuredSeconds: 2e-3 };
const place = { deployment: 'd', position: 1, package: 'p' };
const boundary = { shape: [1, 4, 8], datatype: 'INT2', folded: [1, 4, 2, 4] };

const requests: readonly Request[] = [
  { type: 'status' },
  { type: 'lease', lease: '', seconds: 1.5 },
  { type: 'release', lease },
  { type: 'list', lease },
  { type: 'metrics', lease },
  { type: 'load', lease, ...place },
  { type: 'infer', lease, ...place, images: 2, packed: Buffer.of(1, 2, 3) },
  {
    type: 'forward',
    lease,
    ...place,
    images: 2,
    route: [{ name: 'zed1', host: '10.0.0.1', port: 7411, lease: 'other', position: 2, package: 'q' }],
    deadlineSeconds: 2,
    packed: Buffer.of(1, 2, 3),
  },
  { type: 'unload', lease },
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
  { type: 'inferred', images: 2, ...work, packed: Buffer.of(9) },
  { type: 'forwarded', images: 2, work: [work, work], packed: Buffer.of(9) },
  { type: 'leased', lease, seconds: 10 },
  { type: 'released' },
  { type: 'unloaded' },
  { type: 'listed', packages: ['p'] },
  { type: 'metrics', figures: { loads: 1, computeSeconds: 0.5 } },
  {
    type: 'status',
    name: 'zed0',
    boardType: 'zedboard',
    part: 'xc7z020clg484-1',
    emulated: true,
    deployment: '',
    loaded: '',
    fault: '',
    leasedSeconds: 2.5,
  },
  { type: 'error', code: 'board/no-deployment', message: 'zed0 holds no deployment', hint: '' },
];

const seal = (): Uint8Array => new Uint8Array(16);

function frameOf(bytes: Uint8Array) {
  const reader = createFrameReader();
  reader.trust();
  return reader.read(bytes).frames[0]!;
}

describe('messages', () => {
  test.each(requests.map((request) => [request.type, request] as const))(
    'request %s decodes as it was encoded',
    (_type, request) => {
      expect(decodeRequest(frameOf(encodeRequest(1, request, seal)))).toEqual(request);
    },
  );

  test.each(replies.map((reply) => [reply.type, reply] as const))(
    'reply %s decodes as it was encoded',
    (_type, reply) => {
      expect(decodeReply(frameOf(encodeReply(1, reply, null)))).toEqual(reply);
    },
  );

  test.each([
    [99, '{}', 'protocol/unknown-type', 'there is no request of type 99'],
    [3, 'nonsense', 'protocol/bad-head', 'the head of the request is not JSON'],
    [3, '[]', 'protocol/bad-head', 'the head of the request is not a JSON object'],
    [4, '{"lease":""}', 'protocol/bad-head', '"seconds" is not a number of at least 0'],
    [
      8,
      '{"lease":"","deployment":"d","package":"p"}',
      'protocol/bad-head',
      '"position" is not a whole number of at least 0',
    ],
    [
      8,
      '{"lease":"","deployment":1,"position":0,"package":"p"}',
      'protocol/bad-head',
      '"deployment" is not a text',
    ],
  ])('request %i %s is refused', (type, head, code, message) => {
    const frame = frameOf(encodeFrame({ type, request: 1, head, tail: new Uint8Array() }));
    expect(() => decodeRequest(frame)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });

  test('a message with any head is decoded or refused', () => {
    const heads = fc.oneof(
      fc.json(),
      fc
        .dictionary(
          fc.constantFrom('lease', 'seconds', 'route', 'images', 'position', 'nonce'),
          fc.jsonValue(),
        )
        .map((v) => JSON.stringify(v)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.nat(255), heads, fc.uint8Array({ maxLength: 3 }), (type, head, tail) => {
        for (const decode of [decodeRequest, decodeReply])
          try {
            decode({ type, request: 1, head, tail });
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
      }),
      { numRuns: 2000 },
    );
  });
});
