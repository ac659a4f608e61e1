/** A `.bit` file as Vivado writes it, with these contents. */
export function bitfile({
  design = 'top_wrapper;UserID=0XFFFFFFFF;Version=2024.2',
  part = '7z020clg484',
  date = '2026/11/22',
  time = '18:30:00',
  data = Buffer.from('ffffffffaa995566', 'hex'),
} = {}): Buffer {
  const text = (key: string, value: string): Buffer => {
    const bytes = Buffer.from(`${value}\0`, 'latin1');
    const header = Buffer.alloc(3);
    header.write(key, 'latin1');
    header.writeUInt16BE(bytes.length, 1);
    return Buffer.concat([header, bytes]);
  };
  const length = Buffer.alloc(5);
  length.write('e', 'latin1');
  length.writeUInt32BE(data.length, 1);
  return Buffer.concat([
    Buffer.from('00090ff00ff00ff00ff0000001', 'hex'),
    ...[text('a', design), text('b', part), text('c', date), text('d', time)],
    ...[length, data],
  ]);
}
