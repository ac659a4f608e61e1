import type { Finding } from '../../boards/remote/doctor/facts.ts';
import { examineBoard } from '../../boards/remote/doctor/examine.ts';
import { padded } from '../../base/text.ts';
import { harmless, styled } from '../../reporters/style.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import type { Logins } from './cluster.ts';
import { onEach, patiently, report, withLogins } from './cluster.ts';

/** `pipeline boards doctor`: what boards have and lack of what the server needs; 1 if one has a problem or cannot be asked. */
export function doctor(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  return withLogins(names, options, async (logins) => {
    const troubled = new Set<string>();
    const code = await onEach(logins, async ({ name, type, ssh }) => {
      const login = { board: name, ssh, sshConfig: logins.tools.sshConfig };
      const findings = await patiently(logins, name, 'still examining', () => examineBoard(login, type));
      for (const finding of findings)
        report(logins, { type: 'board-finding', name, ...finding }, asLine(name, finding, logins));
      if (findings.some(({ status }) => status === 'problem')) troubled.add(name);
    });
    return code === 0 && troubled.size > 0 ? 1 : code;
  });
}

const colours = { ok: 'green', problem: 'red', unknown: 'yellow' } as const;

function asLine(name: string, { topic, status, text, fix }: Finding, { environment }: Logins): string {
  const mark = styled(colours[status], padded(status, 8), environment.out.hasColour);
  const line = `${name}  ${mark} ${padded(topic, 16)} ${harmless(text)}`;
  return fix === '' ? line : `${line}\n  fix: ${harmless(fix)}`;
}
