import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sha256 } from '../../../base/digest.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';
import { examples } from '../../finn/network.ts';
import { counterpart } from '../rig/counterparts.ts';

const doc = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'models.md'), 'utf8');

counterpart('finn', (python) => {
  const folder = mkdtempSync(join(tmpdir(), 'models-doc-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(['tfc-w2a2', 'cnv-w2a2'])(
    'the script of docs/models.md makes the model of %s of the network alone',
    (name) => {
      const model = readModel(readFileSync(join(examples, name, 'model.onnx')));
      writeFileSync(join(folder, 'exported.onnx'), writeModel(networkAlone(model)));
      const [, script] = /```python\n([^`]+)```/.exec(doc)!;
      execFileSync(python, ['-c', script!], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      const made = readModel(readFileSync(join(folder, 'model.onnx')));
      expect(hardwareOf(made)).toBe(hardwareOf(model));
    },
  );
});

/** The digest of the hardware graph. */
function hardwareOf(model: OnnxModel): string {
  const { graph } = lower(model, 'xc7z020clg484-1', {});
  return sha256(writeHardwareGraph(graph));
}

/** What an exporter writes of a network that ends in TopK and begins with a division of its input. */
function networkAlone(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const [input] = graph.inputs;
  const divide = graph.nodes.find(({ inputs }) => inputs[0] === input!.name)!;
  const topK = graph.nodes.find(({ opType }) => opType === 'TopK')!;
  expect(divide.opType).toBe('Div');
  const scores = graph.valueInfo.get(topK.inputs[0]!)!;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: graph.nodes
        .filter((node) => node !== divide && node !== topK)
        .map((node) => ({
          ...node,
          inputs: node.inputs.map((name) => (name === divide.outputs[0] ? input!.name : name)),
        })),
      initializers: new Map(
        [...graph.initializers].filter(([name]) => name !== divide.inputs[1] && name !== topK.inputs[1]),
      ),
      outputs: [scores],
      valueInfo: new Map([...graph.valueInfo].filter(([name]) => name !== scores.name)),
      annotations: new Map(),
    },
  };
}
