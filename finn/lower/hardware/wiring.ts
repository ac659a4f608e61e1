import type { Layer } from './layer.ts';

/** The producers and readers of the tensors between layers. */
export interface Wiring {
  /** Undefined for the network's input. */
  readonly producerOf: (tensor: string) => Layer | undefined;
  /** In the order of the layers. */
  readonly readersOf: (tensor: string) => readonly Layer[];
  /** Undefined for the network's input. */
  readonly shapeOf: (tensor: string) => readonly number[] | undefined;
}

export function wiringOf(layers: readonly Layer[]): Wiring {
  const producers = new Map<string, Layer>();
  const shapes = new Map<string, readonly number[]>();
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) {
    for (const { name, shape } of layer.outputs) {
      producers.set(name, layer);
      shapes.set(name, shape);
    }
    for (const input of layer.inputs) {
      const known = readers.get(input);
      if (known) known.push(layer);
      else readers.set(input, [layer]);
    }
  }
  return {
    producerOf: (tensor) => producers.get(tensor),
    readersOf: (tensor) => readers.get(tensor) ?? [],
    shapeOf: (tensor) => shapes.get(tensor),
  };
}
