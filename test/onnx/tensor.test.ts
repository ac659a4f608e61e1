import { onnx } from 'onnx-proto';
import { expect, test } from 'vitest';
import { attempt } from '../../base/refusal.ts';
import type { FilesBeside } from '../../onnx/external.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';

const { DataType, DataLocation } = onnx.TensorProto;

/** A model with one constant, `c`. */
function fileWith(constant: onnx.ITensorProto): Uint8Array {
  const type = { tensorType: { elemType: DataType.FLOAT, shape: { dim: [{ dimValue: 2 }] } } };
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'g',
      node: [{ opType: 'Add', input: ['x', 'c'], output: ['y'] }],
      initializer: [{ name: 'c', dims: [2], ...constant }],
      input: [{ name: 'x', type }],
      output: [{ name: 'y', type }],
    },
  }).finish();
}

function constantOf(proto: onnx.ITensorProto, beside?: FilesBeside): OnnxTensor | undefined {
  return readModel(fileWith(proto), beside).graph.initializers.get('c');
}

const floats = (values: readonly number[]): OnnxTensor => ({
  elementType: 'float32',
  shape: [2],
  values: Float32Array.from(values),
});

test('floats of 16 bits are read as float32, from raw bytes and from lists', () => {
  const { FLOAT16, BFLOAT16 } = DataType;
  expect(constantOf({ dataType: FLOAT16, rawData: Uint8Array.of(0x00, 0x3c, 0x55, 0x35) })).toEqual(
    floats([1, 0.333251953125]),
  );
  expect(constantOf({ dataType: FLOAT16, int32Data: [0xc000, 0x3c00] })).toEqual(floats([-2, 1]));
  expect(constantOf({ dataType: BFLOAT16, rawData: Uint8Array.of(0x80, 0x3f, 0x49, 0xc0) })).toEqual(
    floats([1, -3.140625]),
  );
});

/** Where a tensor of two floats is in a file beside the model. */
function outside(entries: { readonly [key: string]: string }): onnx.ITensorProto {
  return {
    dataType: DataType.FLOAT,
    dataLocation: DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  };
}

const beside: FilesBeside = (name) =>
  name === 'w.data' ? new Uint8Array(Float32Array.of(7, 1, 2).buffer) : null;

test('values in a file beside the model are read from their place in it', () => {
  expect(constantOf(outside({ location: 'w.data', offset: '4', length: '8' }), beside)).toEqual(
    floats([1, 2]),
  );
  expect(constantOf(outside({ location: 'w.data', offset: '4' }), beside)).toEqual(floats([1, 2]));
});

test.each([
  [{ location: '../w.data' }, /keeps its values in "\.\.\/w\.data", which is outside the folder/],
  [{ location: '/etc/passwd' }, /which is outside the folder/],
  [{ location: '..' }, /which is outside the folder/],
  [{ location: 'a\\b' }, /which is outside the folder/],
  [{}, /which is outside the folder/],
  [{ location: 'v.data' }, /keeps its values in the file v\.data, which is not given/],
  [
    { location: 'w.data', offset: '8', length: '8' },
    /is 8 bytes from byte 8 of w\.data, but that file has 12/,
  ],
  [{ location: 'w.data', offset: '16' }, /is -4 bytes from byte 16/],
  [{ location: 'w.data', offset: '-4', length: '8' }, /has the offset "-4"/],
  [{ location: 'w.data', length: '1e1' }, /has the length "1e1"/],
])('values at %j are refused', (entries, message) => {
  const result = attempt(() => constantOf(outside(entries), beside));
  expect(result).toMatchObject({ diagnostics: [{ code: 'onnx/external-data' }] });
  expect(JSON.stringify(result)).toMatch(/or save the model with all tensors inside/);
  expect(result.ok ? '' : result.diagnostics[0]?.message).toMatch(message);
});

test('a part of another size than the tensor is refused', () => {
  const result = attempt(() => constantOf(outside({ location: 'w.data', length: '4' }), beside));
  expect(result).toMatchObject({ diagnostics: [{ code: 'onnx/tensor-size' }] });
});

test('by default there are no files beside the model', () => {
  const result = attempt(() => constantOf(outside({ location: 'w.data' })));
  expect(result).toMatchObject({ diagnostics: [{ code: 'onnx/external-data' }] });
});
