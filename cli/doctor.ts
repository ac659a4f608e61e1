import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import { counted, displayWidth, padded } from '../base/text.ts';
import { neverSilent } from './boards/never-silent.ts';
import type { NamedCheck } from './preflight/checks.ts';
import { checksOf } from './preflight/checks.ts';
import { lookingContext } from './preflight/subject.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { interruptible } from './interrupt.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';

/**
 * `pipeline doctor`: a line for everything that the stages need of this machine and of boards, with a fix for what is wrong.
 * It starts nothing that takes longer than seconds; 1 if a run would fail.
 */
export async function doctor(options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const { out } = environment;
  const opened = await openProject(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  return interruptible(async (signal) => {
    const wrong = await lookAtAll(opened.value, environment, isJson, signal);
    if (!isJson && !signal.aborted)
      out.write(wrong === 0 ? 'nothing is wrong\n' : `${counted(wrong, 'problem')} would stop a run\n`);
    return wrong === 0 ? 0 : 1;
  });
}

/** Looks at everything that a project needs, shows what is found, and returns how much of it would stop a run. */
export async function lookAtAll(
  project: Project,
  environment: Environment,
  isJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { out, elapsed } = environment;
  const context = lookingContext(project, environment);
  const checks = checksOf(project.plan.stages, {
    ...{ project, environment, context, signal, startsNamed: true, answerSeconds: 5 },
  });
  const width = Math.max(0, ...checks.map(({ what }) => displayWidth(what)));
  let wrong = 0;
  for (const check of checks) {
    if (signal.aborted) return wrong;
    const say = (line: string): void => {
      out.write(isJson ? jsonLine({ type: 'check-progress', what: check.what, line }) : `${line}\n`);
    };
    const finding = await neverSilent(say, `still looking at ${check.what}`, elapsed, check.look);
    if (finding?.ok === false && finding.diagnostics.some(({ severity }) => severity === 'error')) wrong++;
    out.write(isJson ? asJson(check, finding) : asLines(check, finding, width, out.hasColour));
  }
  if (isJson) out.write(jsonLine({ type: 'doctor-finished', checks: checks.length, wrong }));
  return wrong;
}

type Finding = Awaited<ReturnType<NamedCheck['look']>>;

function asJson({ what, stages }: NamedCheck, finding: Finding): string {
  return jsonLine({
    type: 'check',
    what,
    stages: [...new Set(stages.map(({ written }) => written))],
    ok: finding === null ? null : finding.ok,
    found: finding?.ok === true ? finding.value : null,
    problems: finding?.ok === false ? finding.diagnostics : [],
  });
}

function asLines({ what }: NamedCheck, finding: Finding, width: number, hasColour: boolean): string {
  const first = padded(harmlessLine(what), width + 2);
  if (finding === null) return `${styled('gray', '-', hasColour)} ${first}cannot be seen yet\n`;
  if (finding.ok) return `${styled('green', '✔', hasColour)} ${first}${harmlessLine(finding.value)}\n`;
  return finding.diagnostics
    .map(({ code, severity, message, hint }) => {
      const mark = severity === 'error' ? styled('red', '✖', hasColour) : styled('yellow', '!', hasColour);
      const fix = hint === undefined ? '' : `  fix: ${harmlessLine(hint)}\n`;
      return `${mark} ${first}${harmlessLine(message)} [${code}]\n${fix}`;
    })
    .join('');
}
