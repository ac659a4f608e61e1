import { byDistance } from '../distance.ts';
import type { FloatNode } from '../float-graph.ts';
import { isJoin, outputsOf } from '../float-graph.ts';
import type { Chain } from './source.ts';

/**
 * The nodes in FINN's order. FINN separates operators one at a time, biases first and then scales by the position of their
 * quantiser, and sorts after each. In a network with branches this decides which node comes first.
 */
export function inFinnsOrder(chains: readonly Chain[]): readonly FloatNode[] {
  const branches = chains.some(({ nodes }) => nodes.some(isJoin));
  if (!branches) return chains.flatMap(({ nodes }) => nodes);
  let current = chains;
  for (;;) {
    const biased = current.findIndex(({ parts }) => parts.includes('bias'));
    if (biased < 0) break;
    current = sorted(current.flatMap((chain, index) => (index === biased ? parted(chain, 'bias') : [chain])));
  }
  const positions = new Set(current.flatMap(({ parts }) => parts));
  for (const position of [...positions].sort((a, b) => Number(a) - Number(b)))
    current = sorted(current.flatMap((chain) => parted(chain, position)));
  return current.flatMap(({ nodes }) => nodes);
}

function sorted(chains: readonly Chain[]): readonly Chain[] {
  return byDistance(chains, ({ nodes }) => ({
    inputs: nodes[0].inputs,
    outputs: outputsOf(nodes.at(-1) ?? nodes[0]),
  }));
}

function parted({ nodes, parts }: Chain, at: Chain['parts'][number]): readonly Chain[] {
  const [first, ...others] = nodes;
  const pieces: { nodes: [FloatNode, ...FloatNode[]]; parts: Chain['parts'][number][] }[] = [];
  let piece: (typeof pieces)[number] = { nodes: [first], parts: [] };
  for (const [index, node] of others.entries()) {
    const part = parts[index] ?? 0;
    if (part === at) {
      pieces.push(piece);
      piece = { nodes: [node], parts: [] };
    } else {
      piece.nodes.push(node);
      piece.parts.push(part);
    }
  }
  return [...pieces, piece];
}
