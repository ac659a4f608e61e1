import type { onnx } from 'onnx-proto';
import { Refusal } from '../base/refusal.ts';

/** The bytes of the file of this name beside the model, or null if there is none. */
export type FilesBeside = (name: string) => Uint8Array | null;

/**
 * The raw bytes of a tensor whose values are in a file beside the model (ONNX's "external data"); not a copy. Refuses, with
 * `onnx/external-data`, a file elsewhere, a missing one, and a part that it does not have.
 */
export function externalBytes(proto: onnx.ITensorProto, where: string, beside: FilesBeside): Uint8Array {
  const entries = new Map((proto.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
  const name = entries.get('location') ?? '';
  // Only the folder of the model is an input of whoever reads it.
  if (!/^[^/\\\0]+$/.test(name) || name === '.' || name === '..')
    throw refused(`${where} keeps its values in "${name}", which is outside the folder of the model`);
  const file = beside(name);
  if (file === null) throw refused(`${where} keeps its values in the file ${name}, which is not given`);
  const offset = sizeOf(entries, 'offset', where) ?? 0;
  const length = sizeOf(entries, 'length', where) ?? file.length - offset;
  if (length < 0 || offset + length > file.length)
    throw refused(
      `${where} is ${length} bytes from byte ${offset} of ${name}, but that file has ${file.length} bytes`,
    );
  return file.subarray(offset, offset + length);
}

function sizeOf(entries: ReadonlyMap<string, string>, key: string, where: string): number | null {
  const text = entries.get(key);
  if (text === undefined) return null;
  const size = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(size)) return size;
  throw refused(`${where} has the ${key} "${text}" in its file`);
}

function refused(what: string): Refusal {
  return new Refusal(
    'onnx/external-data',
    what,
    'name that file as data of the stage, or save the model with all tensors inside; with onnx: onnx.save(onnx.load("model.onnx"), "whole.onnx")',
  );
}
