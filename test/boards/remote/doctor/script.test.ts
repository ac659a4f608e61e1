import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { fact, readFacts } from '../../../../boards/remote/doctor/facts.ts';
import { doctorScript } from '../../../../boards/remote/doctor/script.ts';

it('runs in the shell of any Linux, whatever is missing there', () => {
  const output = execFileSync('sh', ['-c', doctorScript(null)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const facts = readFacts(output);
  expect(fact(facts, 'kernel')).not.toBe('');
  expect(Number(fact(facts, 'MemTotal'))).toBeGreaterThan(0);
  expect(fact(facts, 'root')).toBe('no');
  expect(output).toMatch(/^df .*%/m);
});

it('tries the self-test only where it may become the user of the server', () => {
  expect(doctorScript(null)).not.toContain('--selftest');
  expect(doctorScript('sudo -n ')).toContain(
    'sudo -n /usr/local/bin/pipeline-board --as pipeline-board --selftest',
  );
});
