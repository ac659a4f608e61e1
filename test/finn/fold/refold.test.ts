import { expect, test } from 'vitest';
import { estimate } from '../../../finn/estimate/reports.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { refold } from '../../../finn/fold/refold.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { convolution, convs } from '../ops/convs.ts';
import { unfoldedTfc } from '../network.ts';

const part = 'xc7z020clg484-1';

test.each(convs)('%s refolded is as if it had been minimised again', (name) => {
  const { graph, answer } = convolution(name);
  const [first, ...others] = answer.foldings.map(({ folding }) => applyFolding(graph, folding));
  const minimised = minimiseBitWidths(first!);
  for (const folded of others) {
    const fresh = minimiseBitWidths(folded);
    const refolded = refold(minimised, folded);
    const isRewritten = [first!, folded].some(({ nodes }) =>
      nodes.some(({ attributes }) => attributes['runtime_writeable_weights'] === 1),
    );
    if (!isRewritten) expect(refolded).not.toBeNull();
    if (refolded === null) continue;
    expect(estimate(refolded, part, 100)).toEqual(estimate(fresh, part, 100));
    expect(refolded.tensors).toEqual(fresh.tensors);
    expect(refolded.parameters).toEqual(fresh.parameters);
  }
});

test('weights that can be rewritten keep their widths, so that everything is examined again', () => {
  const graph = unfoldedTfc();
  const rewritten = applyFolding(graph, { MVAU_hls_1: { runtime_writeable_weights: 1 } });
  expect(refold(minimiseBitWidths(graph), rewritten)).toBeNull();
});
