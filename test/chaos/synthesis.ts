import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../rig/sources.ts';
import type { Row } from '../synthesis/configurations.d.mts';
import { configurations } from '../synthesis/configurations.mjs';
import { synthesise } from '../synthesis/synthesise.mjs';
import type { Round } from './rig/tally.ts';
import { roundsOf } from './rig/tally.ts';

/** The number of layers in the table of what Yosys counts. */
export const countOfLayers = configurations.length;

/** A Python that has FINN+, and one that has PyPI's pyosys 0.70. */
const { PIPELINE_TEST_FINN_PYTHON: finn, PIPELINE_TEST_YOSYS_PYTHON: yosys } = process.env;

/** FINN generates a layer, the seed says which, and Yosys must count what the table says. */
export const rounds = roundsOf(async (seed): Promise<Round> => {
  const configuration = configurations[seed % countOfLayers]!;
  const table = JSON.parse(
    readFileSync(join(root, 'test', 'golden', 'synthesis.json'), 'utf8'),
  ) as readonly Row[];
  const known = table.find(({ id }) => id === configuration.id);
  const faults: string[] = [];
  for await (const row of synthesise([configuration], { finn: finn!, yosys: yosys! }))
    if (JSON.stringify(row) !== JSON.stringify(known))
      faults.push(
        `${row.id}: Yosys counts ${JSON.stringify(row.yosys)}, not ${JSON.stringify(known?.yosys)}`,
      );
  return { figures: {}, faults };
});

/** Why nothing can be synthesised on this machine; null if it can. */
export function whyNotSynthesised(): string | null {
  if (finn !== undefined && yosys !== undefined) return null;
  return 'PIPELINE_TEST_FINN_PYTHON and PIPELINE_TEST_YOSYS_PYTHON must name Pythons that have FINN+ and pyosys 0.70';
}
