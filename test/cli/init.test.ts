import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../finn/npy.ts';
import { examples, golden } from '../finn/network.ts';
import { pipeline } from '../rig/command.ts';
import { parseEvents } from '../rig/events.ts';
import { temporaryFolder } from '../rig/project.ts';

const tfc = join(examples, 'tfc-w2a2', 'model.onnx');
const exported = (name: string): string => join(golden, 'brevitas', `${name}.onnx`);
const textIn = (folder: string, name = 'pipeline.yaml'): string => readFileSync(join(folder, name), 'utf8');

describe('what pipeline init writes runs to the end:', () => {
  const networks: readonly (readonly [what: string, model: string, written: string])[] = [
    ['a MobileNet', join(golden, 'cnns', 'mobilenet4.onnx'), 'finn: { preset: mobilenet }'],
    ['a float front and tail', exported('softmax'), 'expected: FILE.npy, the values'],
    ['bipolar weights and activations', exported('binary'), 'inputs: sample-images.npy'],
  ];

  it.each(networks)('%s', async (_, model, written) => {
    const folder = temporaryFolder();
    expect(await pipeline(folder, 'init', model)).toMatchObject({ code: 0 });
    expect(textIn(folder)).toContain(written);
    await expectToRun(folder);
  });

  it('several outputs, of which none can be judged', async () => {
    const folder = temporaryFolder();
    const model = onnx.ModelProto.decode(readFileSync(exported('softmax')));
    const { node, output } = model.graph!;
    const [scores] = node!.find(({ opType }) => opType === 'Softmax')!.input!;
    output!.push({ ...output![0], name: scores! });
    writeFileSync(join(folder, 'two.onnx'), onnx.ModelProto.encode(model).finish());
    const { out } = await pipeline(folder, 'init', 'two.onnx');
    expect(out).toContain('values [1, 3] FLOAT32; values [1, 3] FLOAT32');
    expect(textIn(folder)).not.toContain('expected');
    await expectToRun(folder);
  });

  async function expectToRun(folder: string): Promise<void> {
    expect((await pipeline(folder, 'plan')).code).toBe(0);
    const { code, out } = await pipeline(folder, 'run');
    expect(out).toContain('4 images');
    expect(out).toContain(' 0 up to date');
    expect(code).toBe(0);
  }
});

describe('pipeline init', () => {
  it('shows what becomes of the network, and what its images must be', async () => {
    const folder = temporaryFolder();
    const { out } = await pipeline(
      folder,
      'init',
      exported('softmax'),
      '--boards',
      '3',
      '--board',
      'pynq-z1',
    );
    expect(out).toBe(`softmax.onnx, for 3 pynq-z1s

  takes      [1, 6] FLOAT32: images as .npy of the shape (count, 6), float32
  host       /0/act_quant/export_handler/Quant (Quant)
  boards     2 layers: 2 MVAU
  host       /4/Gemm (Mul), /4/Gemm (Add), /5/Softmax (Softmax)
  returns    values [1, 3] FLOAT32
  submodels  it fits one board; to use 2, cut by hand after MVAU_hls_0

wrote pipeline.yaml, softmax.onnx, sample-images.npy, .gitignore
sample-images.npy holds random images: replace it by your own
next: pipeline run
`);
  });

  it('copies the file beside the model that holds its values, and names it', async () => {
    const [elsewhere, folder] = [temporaryFolder(), temporaryFolder()];
    const model = onnx.ModelProto.decode(readFileSync(tfc));
    const largest = model.graph!.initializer!.reduce((a, b) =>
      (a.rawData?.length ?? 0) < (b.rawData?.length ?? 0) ? b : a,
    );
    writeFileSync(join(elsewhere, 'net.onnx.data'), largest.rawData!);
    largest.externalData = [{ key: 'location', value: 'net.onnx.data' }];
    largest.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
    delete largest.rawData;
    writeFileSync(join(elsewhere, 'net.onnx'), onnx.ModelProto.encode(model).finish());
    expect((await pipeline(folder, 'init', join(elsewhere, 'net.onnx'))).code).toBe(0);
    expect(textIn(folder)).toContain('with: { model: net.onnx, data: net.onnx.data }');
    expect((await pipeline(folder, 'run', 'preprocess')).code).toBe(0);
  });

  it('uses the given images, the first 100 of many, where they are', async () => {
    const folder = temporaryFolder();
    copyFileSync(tfc, join(folder, 'net.onnx'));
    writeFileSync(join(folder, 'mine.npy'), writeNpy([150, 1, 28, 28], new Uint8Array(150 * 784)));
    const { code, out } = await pipeline(folder, 'init', 'net.onnx', '--images', 'mine.npy');
    expect(code).toBe(0);
    expect(out).toContain('wrote pipeline.yaml, .gitignore\nnext: pipeline run\n');
    expect(textIn(folder)).toContain('with: { inputs: mine.npy, count: 100 }');
    expect((await pipeline(folder, 'plan')).code).toBe(0);
  });

  it('names files in sub-folders, and quotes odd names', async () => {
    const folder = temporaryFolder();
    const odd = 'a "net": #1, {x}.onnx';
    copyFileSync(tfc, join(folder, odd));
    expect((await pipeline(folder, 'init', odd)).code).toBe(0);
    expect((await pipeline(folder, 'run', 'preprocess')).code).toBe(0);
  });

  it('refuses images that the network does not take, and says how to save them', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'mine.npy'), writeNpy([2, 28, 28, 1], new Uint8Array(2 * 784)));
    const { code, error } = await pipeline(folder, 'init', tfc, '--images', 'mine.npy');
    expect(code).toBe(1);
    expect(error).toContain(
      'the network takes images of shape [1, 1, 28, 28], but mine.npy holds [2, 28, 28, 1]',
    );
    expect(error).toContain('np.transpose(images, (0, 3, 1, 2))');
    expect(readdirSync(folder)).toEqual(['mine.npy']);
  });

  it('refuses what the front end refuses, in its words, and writes nothing', async () => {
    const folder = temporaryFolder();
    const { code, out, error } = await pipeline(folder, 'init', exported('sigmoid'));
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(error).toContain('(Sigmoid) is not supported in front of');
    expect(error).toContain('hint: in front of a quantiser use ReLU');
    expect(error).toContain('nothing was written; change that and repeat pipeline init\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['a file that does not exist', ['none.onnx'], 'file/missing', 1],
    ['images that do not exist', [tfc, '--images', 'none.npy'], 'file/missing', 1],
    ['an unknown board', [tfc, '--board', 'zedbord'], 'board/unknown-type', 1],
    ['no ONNX file', [join(examples, 'tfc-w2a2', 'images.npy')], 'onnx/', 1],
  ])('refuses %s', async (_, args, message, expected) => {
    const folder = temporaryFolder();
    const { code, error } = await pipeline(folder, 'init', ...args);
    expect(error).toContain(`error[${message}`);
    expect(code).toBe(expected);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('overwrites nothing without --force, and leaves what is the same', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'pipeline.yaml'), 'mine');
    const refused = await pipeline(folder, 'init', tfc);
    expect(refused.code).toBe(2);
    expect(refused.error).toContain('error[usage/file-exists]: pipeline.yaml already exists');
    expect(readdirSync(folder)).toEqual(['pipeline.yaml']);
    expect((await pipeline(folder, 'init', tfc, '--force')).code).toBe(0);
    expect(textIn(folder)).toContain('version: 1');
    const again = await pipeline(folder, 'init', tfc);
    expect(again).toMatchObject({ code: 0, error: '' });
    expect(again.out).toContain('wrote nothing: all of it is there');
  });

  it('adds only what is missing to .gitignore', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.gitignore'), 'build\n/cluster.key');
    await pipeline(folder, 'init', tfc);
    expect(textIn(folder, '.gitignore')).toBe('build\n/cluster.key\n.pipeline/\n');
  });

  it('makes the folder that -C names, whatever is above it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'pipeline.yaml'), 'version: 1\n');
    const { code, out } = await pipeline(folder, 'init', tfc, '-C', 'new/project');
    expect(code).toBe(0);
    expect(out).toContain(`next: pipeline run -C new/project\n`);
    expect(existsSync(join(folder, 'new/project/model.onnx'))).toBe(true);
  });

  it('says what fits no board and still writes a file that runs', async () => {
    const folder = temporaryFolder();
    const { code, out, error } = await pipeline(folder, 'init', join(examples, 'mobilenetv1', 'model.onnx'));
    expect(code).toBe(0);
    expect(error).toContain('warning[split/layer-too-big]: MVAU_rtl_13 fits no board alone');
    expect(out).toContain('one for now: a layer fits no board without a folding');
    expect(textIn(folder)).toContain('{ strategy: manual, cuts: [] }');
  });

  it('takes --json', async () => {
    const folder = temporaryFolder();
    const { out } = await pipeline(folder, 'init', tfc, '--json');
    const [line] = parseEvents(out) as readonly unknown[];
    expect(line).toMatchObject({
      type: 'init',
      model: 'model.onnx',
      images: 'sample-images.npy',
      imageType: 'uint8',
      input: { shape: [1, 1, 28, 28], datatype: 'UINT8' },
      outputs: [{ meaning: 'class' }],
      kinds: { Reshape: 1, Thresholding: 1, MVAU: 4, LabelSelect: 1 },
      cutting: { submodels: 1, after: ['MVAU_hls_0'] },
      written: ['pipeline.yaml', 'model.onnx', 'sample-images.npy', '.gitignore'],
    });
  });
});
