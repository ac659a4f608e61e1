import { expect, it } from 'vitest';
import { rounds } from './machine.ts';
import { circumstances } from './rig/machines.ts';

for (const [at, { name, whyNot }] of circumstances.entries()) {
  const reason = whyNot();
  it.skipIf(reason !== null)(
    `on a machine that fails it a run says what to do and loses nothing: ${name}${reason === null ? '' : ` (${reason})`}`,
    async () => {
      const { failures } = await rounds(at, 1);
      expect(failures).toEqual([]);
    },
  );
}
