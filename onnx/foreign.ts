import { Refusal } from '../base/refusal.ts';

/** Refuses a file that is recognisably something other than ONNX (`onnx/not-onnx`), in words that say what it is. */
export function checkFormat(bytes: Uint8Array): void {
  const found = formats.find(({ isIt }) => isIt(bytes));
  if (found) throw new Refusal('onnx/not-onnx', `the file is ${found.what}, not an ONNX model`, found.hint);
}

interface Format {
  /** Continues "the file is". */
  readonly what: string;
  readonly hint: string;
  readonly isIt: (bytes: Uint8Array) => boolean;
}

const fromTorch = 'export the network to QONNX, for example with brevitas.export.export_qonnx';
const giveModel = 'give the .onnx file of the network';

/** None of the first bytes can begin an ONNX model; the first format that fits is named. */
const formats: readonly Format[] = [
  {
    what: 'a pointer of Git LFS',
    hint: 'fetch the model itself with `git lfs pull`',
    isIt: beginsWith('version https://git-lfs.github.com/spec/'),
  },
  {
    what: 'a PyTorch checkpoint or another zip archive',
    hint: `${fromTorch}, or unpack the archive`,
    isIt: beginsWith('PK\x03\x04'),
  },
  { what: 'a Python pickle, such as an old PyTorch checkpoint', hint: fromTorch, isIt: isPickle },
  {
    what: 'an HDF5 file, such as a Keras model',
    hint: 'convert the network to ONNX and quantise it, for example with QKeras and qonnx.converters',
    isIt: beginsWith('\x89HDF\r\n\x1a\n'),
  },
  { what: 'a numpy array', hint: giveModel, isIt: beginsWith('\x93NUMPY') },
  { what: 'a gzip archive', hint: 'unpack it with gunzip or tar', isIt: beginsWith('\x1f\x8b\x08') },
  {
    what: 'an HTML page',
    hint: 'the download returned a web page, perhaps a login or an error; download the raw file',
    isIt: isText(/^\s*<(?:!doctype|html|\?xml|head|body)\b/i),
  },
  { what: 'JSON', hint: giveModel, isIt: isText(/^\s*[[{]/) },
  { what: 'text', hint: giveModel, isIt: isText(/^/) },
];

function beginsWith(signature: string): Format['isIt'] {
  const first = Buffer.from(signature, 'latin1');
  return (bytes) => first.equals(bytes.subarray(0, first.length));
}

/** Protocol 2 and later begin with their number. */
function isPickle(bytes: Uint8Array): boolean {
  const [first, protocol = 0] = bytes;
  return first === 0x80 && protocol >= 2 && protocol <= 5;
}

/** Text is UTF-8 without control characters, which every ONNX model has near its beginning: the wire types of its numbers. */
function isText(pattern: RegExp): Format['isIt'] {
  return (bytes) => {
    const text = textOf(bytes.subarray(0, 4096));
    return text !== null && text !== '' && pattern.test(text);
  };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    // A character that is cut at the end is ignored.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return /[\x00-\x08\x0e-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
