/** A .npy file as numpy writes it, of format 1. */
export function npy(
  descriptor: string,
  shape: readonly number[],
  data: ArrayBufferView,
  order: 'True' | 'False' = 'False',
): Uint8Array {
  const axes = `${shape.join(', ')}${shape.length === 1 ? ',' : ''}`;
  const header =
    `{'descr': '${descriptor}', 'fortran_order': ${order}, 'shape': (${axes}), }`.padEnd(117) + '\n';
  const start = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8];
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([Uint8Array.from(start), new TextEncoder().encode(header), body]);
}
