import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readHardwareGraph } from '../../../../finn/dialect/read.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import type { HostPart } from '../../../../finn/host/host-part.ts';
import { hostOfParent } from '../../../../finn/host/of-parent.ts';
import type { OnnxModel } from '../../../../onnx/model.ts';
import { readModel } from '../../../../onnx/read.ts';
import { writeModel } from '../../../../onnx/write.ts';
import { imageFor } from '../networks/branching.ts';
import type { FinnOfSuite } from './suite.ts';

/** By image and output: the values in C order. */
type Values = readonly (readonly (readonly number[])[])[];

/** A network and what preprocess.py made of it, both executed by QONNX. */
export interface InParts {
  readonly hardware: HardwareGraph;
  /** The layers on the FPGA in order, without their style. */
  readonly kinds: readonly string[];
  /** The operators around it and the partition, in order. */
  readonly parent: readonly string[];
  readonly part: HostPart;
  readonly expected: Values;
  readonly computed: Values;
}

/** Executes `model`, and the parts that preprocess.py left in `out` one after the other, on three images. */
export async function inParts(
  { ask, directory }: FinnOfSuite,
  name: string,
  model: OnnxModel,
  out: string,
): Promise<InParts> {
  const hardware = readHardwareGraph(readFileSync(join(out, 'raw/dataflow.onnx')));
  const parent = readModel(readFileSync(join(out, 'raw/parent.onnx')));
  const { part, before, after } = hostOfParent(parent, hardware);
  const own = join(directory, name.replaceAll(/\W/g, '-'));
  mkdirSync(own);
  const written = Object.entries({ model, before, after }).map(([file, contents]) => {
    writeFileSync(join(own, `${file}.onnx`), writeModel(contents));
    return join(own, `${file}.onnx`);
  });
  const [whole, front, tail] = written as [string, string, string];
  // FINN's graph before it is specialised, which Python can execute.
  const partitions = join(dirname(out), 'finn/intermediate_models/supported_op_partitions');
  const boards = readdirSync(partitions).map((file) => join(partitions, file));
  const images = [1, 2, 3].map((seed) => imageFor(model, seed));
  const parts = [
    ...(before.graph.nodes.length > 0 ? [front] : []),
    ...boards,
    ...(after.graph.nodes.length > 0 ? [tail] : []),
  ];
  return {
    hardware,
    kinds: hardware.nodes.map(({ opType }) => opType.replace(/_(hls|rtl)$/, '')),
    parent: parent.graph.nodes.map(({ opType }) => opType),
    part,
    expected: await ask<Values>({ do: 'execute_in_turn', paths: [whole], images }),
    computed: await ask<Values>({ do: 'execute_in_turn', paths: parts, images }),
  };
}
