import { execa } from 'execa';
import { missingPackages } from '../zynq/machine.ts';
import { root } from '../rig/sources.ts';
import type { Round } from './rig/tally.ts';
import { roundsOf } from './rig/tally.ts';

/** The tests of test/zynq, all in one round; the seed changes nothing. */
export const rounds = roundsOf(async (): Promise<Round> => {
  const { exitCode, stdout } = await execa('npx', ['vitest', 'run', '--project', 'zynq'], {
    cwd: root,
    reject: false,
  });
  return { figures: {}, faults: exitCode === 0 ? [] : [stdout] };
});

/** Why there can be no Zynq on this machine; null if there can. */
export function whyNotBooted(): string | null {
  const missing = missingPackages();
  return missing.length === 0 ? null : `it requires the packages ${missing.join(', ')}`;
}
