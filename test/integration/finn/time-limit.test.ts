import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { counterpart } from '../rig/counterparts.ts';

const folder = join(import.meta.dirname, '../../../templates/finn');

counterpart('finn', (python) => {
  test('a step that never ends is stopped and named, even where it catches exceptions', () => {
    const script = `
from time_limit import time_limit
from session import Failed

caught = 0
try:
    with time_limit("step_forever", minutes=0.001):
        while True:
            try:
                while True:
                    pass
            except Failed:
                caught += 1
                if caught == 2:
                    raise
except Failed as failure:
    print(failure.outcome()["code"], failure.outcome()["message"].partition(";")[0])
with time_limit("step_that_ends", minutes=0.001):
    pass
print("went on")
`;
    const told = execFileSync(python, ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(told).toBe('finn/step-endless step_forever has not ended within 0.001 minutes\nwent on\n');
  });
});
