import { describe, expect, it } from 'vitest';
import { depthSettings, parseDepths, withDepths } from '../../../finn/cycles/depths.ts';
import type { FifoPlace } from '../../../finn/cycles/network.ts';
import { networkOf } from '../../../finn/cycles/network.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { residualBlock } from './residual-block.ts';

/** The residual block with these depths at its fork, and a converter in the short branch as well. */
function forked(outFIFODepths: readonly number[]): HardwareGraph {
  const graph = residualBlock(2);
  const changes: { readonly [opType: string]: HardwareGraph['nodes'][number]['attributes'] } = {
    DuplicateStreams_hls: { outFIFODepths },
    ElementwiseAdd_hls: { PE: 4, inFIFODepths: [2] },
  };
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: { ...node.attributes, ...changes[node.opType] },
    })),
  };
}

function fifosOf(graph: HardwareGraph): readonly FifoPlace[] {
  const modelled = networkOf(graph, 'xc7z020clg484-1');
  return modelled.type === 'network' ? modelled.network.fifos : modelled.fifos;
}

describe('the settings of FIFOs', () => {
  it.each([[[2]], [[50]], [[2, 2]]])(
    'change no other FIFO of a fork whose outFIFODepths are %j',
    (outFIFODepths) => {
      const graph = forked(outFIFODepths);
      const fifos = fifosOf(graph);
      const isShort = ({ from, side }: FifoPlace): boolean =>
        from === 'DuplicateStreams_hls_0' && side === 'before-converter';
      const depths = fifos.map((fifo) => (isShort(fifo) ? 1000 : 60));
      const built = fifosOf(withDepths(graph, depthSettings(graph, fifos, depths)));
      expect(built.map(({ written }) => written)).toEqual(depths);
    },
  );
});

describe('a file of depths', () => {
  it('may set depths of FIFOs', () => {
    const settings = { MVAU_rtl_0: { inFIFODepths: [33], outFIFODepths: [2, 65] } };
    expect(parseDepths(JSON.stringify(settings), 'depths.json')).toEqual(settings);
  });

  it('may set no other attribute of a layer', () => {
    const settings = JSON.stringify({ MVAU_rtl_0: { PE: [4] } });
    expect(() => parseDepths(settings, 'depths.json')).toThrow(
      'depths.json sets PE of MVAU_rtl_0, which is not a depth of FIFOs',
    );
  });
});
