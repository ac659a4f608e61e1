import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HostModels } from '../../../finn/host/host-part.ts';
import { writeHost } from '../../../stages/shared/host.ts';
import { modelOf } from '../../qonnx/model.ts';
import { temporaryFolder } from '../../rig/project.ts';

it('refuses what the host cannot run before it writes anything', async () => {
  const folder = temporaryFolder();
  const runs = modelOf([['Relu', ['x'], ['y']]], {}, [1, 2]);
  const unknown = modelOf([['Celebrate', ['x'], ['y']]], {}, [1, 2]);
  const host: HostModels = {
    part: {
      format: 2,
      input: { name: 'x', shape: [1, 2], datatype: 'FLOAT32' },
      outputs: [{ name: 'y', shape: [1, 2], datatype: 'FLOAT32' }],
    } as unknown as HostModels['part'],
    before: runs,
    after: unknown,
  };
  await expect(writeHost(folder, host)).rejects.toMatchObject({ code: 'qonnx/unsupported-op' });
  expect(existsSync(join(folder, 'host.json'))).toBe(false);
});
