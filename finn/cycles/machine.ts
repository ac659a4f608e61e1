import { defined } from '../../base/defined.ts';
import type { Network, NetworkUnit } from './network.ts';
import { Concat, stepConcats } from './units/concat.ts';
import { Converter, Deserialiser, Serialiser } from './units/converter.ts';
import { stepConverters, stepDeserialisers, stepSerialisers } from './units/converter.ts';
import { BlockFifo, RegisterFifo, UltraFifo, fifoShape } from './units/fifo.ts';
import type { FifoUnit } from './units/fifo.ts';
import { stepBlockFifos, stepRegisterFifos, stepUltraFifos } from './units/fifo.ts';
import { Fork, stepForks } from './units/fork.ts';
import { HlsLoop, stepHlsLoops } from './units/hls-loop.ts';
import { Join, stepJoins } from './units/join.ts';
import { MatrixVector, stepMatrixVectors } from './units/matrix-vector.ts';
import { Padding, stepPaddings } from './units/padding.ts';
import { ParallelWindows, stepParallelWindows } from './units/parallel-windows.ts';
import { Thresholding, stepThresholdings } from './units/thresholding.ts';
import { Windows, stepWindows } from './units/windows.ts';
import { Split, stepSplits } from './units/split.ts';
import type { Unit, Wires } from './units/wires.ts';
import { wiresFor } from './units/wires.ts';

/** A network at reset, ready to be stepped. */
export interface Machine {
  readonly wires: Wires;
  /** In the order of the network. */
  readonly fifos: readonly FifoUnit[];
  /** By layer: results that the output queue of an MVAU_rtl had no place for. */
  readonly lost: () => ReadonlyMap<string, number>;
  readonly parallelWindows: readonly ParallelWindows[];
  /** One clock edge of all units: a loop for each class, so that each compiles to code for one type. */
  readonly step: () => void;
}

/** Builds a network with these depths; `queue` is the number of places that the queue of an MVAU_rtl has more than FINN's. */
export function machineOf(network: Network, depths: readonly number[], queue: number): Machine {
  const wires = wiresFor(network.links);
  const fifos = network.fifos.map(({ input, output, width }, index): FifoUnit => {
    const shape = fifoShape(defined(depths[index], 'every FIFO has a depth'), width);
    switch (shape.style) {
      case 'registers':
        return new RegisterFifo(wires, input, output, shape.memory);
      case 'block':
        return new BlockFifo(wires, input, output, shape.memory);
      case 'ultra':
        return new UltraFifo(wires, input, output, shape.memory, shape.pipeline);
    }
  });
  const units = network.units.map((unit) => unitOf(unit, wires, queue));
  const all: readonly Unit[] = [...fifos, ...units];
  const group = <T extends Unit>(
    kind: new (...of: never[]) => T,
    step: (units: readonly T[], wires: Wires) => void,
  ) => {
    const members = all.filter((unit): unit is T => unit instanceof kind);
    return members.length === 0 ? [] : [() => step(members, wires)];
  };
  const steps = [
    ...group(RegisterFifo, stepRegisterFifos),
    ...group(BlockFifo, stepBlockFifos),
    ...group(UltraFifo, stepUltraFifos),
    ...group(Converter, stepConverters),
    ...group(Serialiser, stepSerialisers),
    ...group(Deserialiser, stepDeserialisers),
    ...group(MatrixVector, stepMatrixVectors),
    ...group(Thresholding, stepThresholdings),
    ...group(Padding, stepPaddings),
    ...group(Windows, stepWindows),
    ...group(ParallelWindows, stepParallelWindows),
    ...group(HlsLoop, stepHlsLoops),
    ...group(Fork, stepForks),
    ...group(Join, stepJoins),
    ...group(Concat, stepConcats),
    ...group(Split, stepSplits),
  ];
  return {
    wires,
    fifos,
    lost: () =>
      new Map(
        network.units.flatMap(({ layer }, index) => {
          const unit = units[index];
          return layer !== null && unit instanceof MatrixVector && unit.lost > 0 ? [[layer, unit.lost]] : [];
        }),
      ),
    parallelWindows: units.filter((unit) => unit instanceof ParallelWindows),
    step: () => {
      for (const step of steps) step();
    },
  };
}

function unitOf({ spec, inputs, outputs }: NetworkUnit, wires: Wires, queue: number): Unit {
  const [input = -1, second = -1] = inputs;
  const [output = -1] = outputs;
  switch (spec.type) {
    case 'wire':
      throw new Error('a network has no unit for a wire');
    case 'converter':
      if (spec.to === 1) return new Serialiser(wires, input, output, spec.from);
      if (spec.from === 1) return new Deserialiser(wires, input, output, spec.to);
      return new Converter(wires, input, output, spec.from, spec.to);
    case 'matrix-vector':
      return new MatrixVector(wires, input, output, { ...spec.shape, queue });
    case 'thresholding':
      return new Thresholding(wires, input, output, spec);
    case 'padding':
      return new Padding(wires, input, output, spec.shape);
    case 'windows':
      return new Windows(wires, input, output, spec.shape);
    case 'parallel-windows':
      return new ParallelWindows(wires, input, output, spec.shape);
    case 'hls-loop':
      return new HlsLoop(wires, input, output, spec.shape);
    case 'fork':
      return new Fork(wires, input, outputs);
    case 'join':
      return new Join(wires, input, second, output);
    case 'concat':
      return new Concat(wires, inputs, output, spec.words);
    case 'split':
      return new Split(wires, input, outputs, spec.words);
  }
}
