import { expect, test } from 'vitest';
import { attempt } from '../../base/refusal.ts';
import { readModel } from '../../onnx/read.ts';

function words(content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const result = attempt(() => readModel(bytes));
  if (result.ok) return 'read';
  return result.diagnostics.map(({ code, message }) => `${code}: ${message}`).join();
}

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each([
  ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n', 'a pointer of Git LFS'],
  [latin('PK\x03\x04\x00\x00\x08\x08'), 'a PyTorch checkpoint or another zip archive'],
  [latin('\x80\x02ctorch._utils'), 'a Python pickle, such as an old PyTorch checkpoint'],
  [latin('\x89HDF\r\n\x1a\n\x00'), 'an HDF5 file, such as a Keras model'],
  [latin('\x93NUMPY\x01\x00'), 'a numpy array'],
  [latin('\x1f\x8b\x08\x00'), 'a gzip archive'],
  ['\n<!DOCTYPE html>\n<html><head>', 'an HTML page'],
  ['<html lang="de">', 'an HTML page'],
  ['{"Defaults": {}}', 'JSON'],
  ['[1, 2]', 'JSON'],
  ['not an ONNX file at all', 'text'],
  ['ключ: значение\n'.repeat(1000), 'text'],
])('%j is refused as %s', (content, what) => {
  expect(words(content)).toBe(`onnx/not-onnx: the file is ${what}, not an ONNX model`);
});

test('damaged bytes that are no other format are said to be damaged', () => {
  expect(words(latin('\x08\x07garbage\xff'))).toMatch(/^onnx\/corrupt: /);
  expect(words(latin('\x80\x01'))).toMatch(/^onnx\/(?:corrupt|truncated|unknown-field): /);
});
