import { expect, it } from 'vitest';
import { oddOutputs } from './rig/odd-outputs.ts';
import { rounds } from './outputs.ts';

it.each(oddOutputs.map(({ name }, at) => [name, at] as const))(
  'an odd output is kept right, or refused by name: %s',
  async (_, at) => {
    const { failures } = await rounds(at, 1);
    expect(failures).toEqual([]);
  },
);
