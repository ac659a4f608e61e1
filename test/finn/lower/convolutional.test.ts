import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HostOps } from '../../../finn/host/host-part.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import { readModel } from '../../../onnx/read.ts';
import { describeNodes, golden, readJson } from '../network.ts';

interface Golden {
  readonly part: string;
  readonly route: Route;
  readonly host: HostOps;
  readonly nodes: readonly object[];
}

const directory = `${golden}/cnns`;
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''));

test.each(names)('%s is lowered as by FINN', (name) => {
  const { part, route, host, nodes } = readJson<Golden>(`${directory}/${name}.json`);
  const model = readModel(readFileSync(`${directory}/${name}.onnx`));
  const lowered = lower(model, part, null, route);
  expect(describeNodes(lowered.graph).map(inOrder)).toEqual(nodes.map(inOrder));
  expect(lowered.host).toEqual(host);
});

/** As text, so that the order of attributes counts. */
function inOrder(node: object): string {
  return JSON.stringify(node, null, 1);
}
