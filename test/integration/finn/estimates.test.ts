import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { describeNodes } from '../../finn/network.ts';
import { seeded } from '../../rig/seeded.ts';
import { counterpart } from '../rig/counterparts.ts';
import type { FinnNode } from '../rig/finn/suite.ts';
import { finnOfSuite, ordered } from '../rig/finn/suite.ts';
import { randomFolding } from '../rig/networks/foldings.ts';
import {
  clockMHz,
  convolutionalNetworks,
  part,
  unlessRefused,
  vectorNetworks,
  written,
} from '../rig/networks/unfolded.ts';

type Estimated =
  { readonly error: string } | { readonly reports: object; readonly nodes: readonly FinnNode[] };

counterpart('finn', () => {
  const { directory, ask, tell } = finnOfSuite();

  test.each([...vectorNetworks, ...convolutionalNetworks])(
    '%s: reports and minimised datatypes under random foldings',
    { timeout: 900_000 },
    async (name, read) => {
      const graph = read();
      const random = seeded(1);
      // Of MobileNetV1 FINN and we refuse about half.
      const count = name === 'mobilenetv1' ? 48 : 24;
      const foldings = Array.from({ length: count }, () => randomFolding(graph, random));
      const paths = foldings.map((folding, index) => {
        const path = join(directory, `${name}-${index}.json`);
        writeFileSync(path, JSON.stringify(folding));
        return path;
      });
      const theirs = await ask<readonly Estimated[]>({
        do: 'reports',
        path: written(join(directory, `${name}-folded`), graph),
        foldings: paths,
        part,
        period: 1000 / clockMHz,
      });
      const counts = { foldings: 0, reports: 0, nodes: 0, refused: 0 };
      for (const [index, found] of theirs.entries()) {
        const folding = foldings[index]!;
        const what = `${name} ${JSON.stringify(folding)}`;
        const ours = unlessRefused(() => minimiseBitWidths(applyFolding(graph, folding)));
        if ('error' in found) {
          expect.soft(ours, `${what}: FINN refuses (${found.error}), we do not`).toBeNull();
          counts.refused += 1;
          continue;
        }
        if (ours === null) {
          expect.soft(ours, `${what}: FINN folds it, we refuse`).not.toBeNull();
          continue;
        }
        expect.soft(estimate(ours, part, clockMHz), what).toEqual(found.reports);
        expect.soft(ordered(describeNodes(annotateEstimates(ours))), what).toEqual(ordered(found.nodes));
        counts.foldings += 1;
        counts.reports += Object.keys(found.reports).length;
        counts.nodes += found.nodes.length;
      }
      expect(counts.foldings).toBeGreaterThanOrEqual(20);
      tell(name, counts);
    },
  );
});
