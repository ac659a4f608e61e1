import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { nameHint } from '../base/suggest.ts';
import { failureOf } from '../core/state/failures.ts';
import type { Layout } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { jsonLine } from '../reporters/json.ts';
import { onInterrupt } from './interrupt.ts';
import { openState } from './open-state.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';

export interface OpenOptions extends CommonOptions {
  readonly vivado?: boolean;
}

/** What a shell or a window needs of the user's own environment. */
const ofTheUser = ['TERM', 'COLORTERM', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'];

/**
 * `pipeline open ACTION`: the user's shell in the kept folder of a failed action, with the environment that the action had, or
 * with `--vivado` Vivado with the project in it. Without a terminal, it prints the folder.
 */
export async function open(action: string, options: OpenOptions): Promise<ExitCode> {
  const opened = openState(options);
  if (opened === null) return 2;
  const { environment, isJson, layout } = opened;
  const { job, script } = failureOf(layout, action);
  if (!existsSync(job)) return refuse([notKept(action, layout)], isJson, environment);
  const { variables, out, error } = environment;
  const own = ofTheUser.flatMap((name) =>
    variables[name] === undefined ? [] : [`${name}=${variables[name]}`],
  );
  if (options.vivado === true) {
    const project = vivadoProjectIn(job);
    if (project === null) return refuse([noVivadoProject(action)], isJson, environment);
    return (await started(script, ['env', ...own, 'vivado', project])) === 0 ? 0 : 1;
  }
  if (isJson) {
    out.write(jsonLine({ type: 'open', action, directory: job, script: existsSync(script) ? script : null }));
  } else if (!process.stdin.isTTY || !out.isTerminal || !existsSync(script)) {
    out.write(`${job}\n`);
  } else {
    error.write(`${job}\n../run.sh repeats ${action}; exit leaves this shell\n`);
    await started(script, ['env', ...own, variables['SHELL'] ?? 'sh']);
  }
  return 0;
}

/** Runs a command through the script of a failed attempt, on this terminal; returns its exit code, 1 if a signal ended it. */
function started(script: string, command: readonly string[]): Promise<number> {
  // Ctrl-C is for what runs in the terminal.
  const stopIgnoring = onInterrupt(() => undefined);
  return new Promise((resolve) => {
    const child = spawn(script, command, { stdio: 'inherit' });
    const done = (code: number | null): void => {
      stopIgnoring();
      resolve(code ?? 1);
    };
    child.once('error', () => {
      done(1);
    });
    child.once('close', done);
  });
}

/** The Vivado project nearest to the top of a folder, as a path in it; null if there is none. */
function vivadoProjectIn(folder: string): string | null {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.xpr'),
  );
  const depth = (name: string): number => name.split('/').length;
  return found.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0] ?? null;
}

function notKept(action: string, layout: Layout): Diagnostic {
  const { failed } = layout;
  const kept = existsSync(failed) ? readdirSync(failed).map((name) => name.replaceAll('~', '/')) : [];
  return problem('usage/nothing-kept', `no folder of a failed attempt of ${action} is kept`, {
    hint: hintFor(action, kept, layout),
  });
}

function hintFor(action: string, kept: readonly string[], layout: Layout): string {
  if (kept.length > 0) return nameHint(action, kept);
  const known = openLedger(layout, null).labels();
  if (known.length === 0 || known.includes(action)) return 'nothing has failed, or it has succeeded since';
  return `nothing has failed; there is no such action either: ${nameHint(action, known)}`;
}

function noVivadoProject(action: string): Diagnostic {
  return problem('usage/no-vivado-project', `there is no Vivado project in the kept folder of ${action}`, {
    hint: 'only what runs Vivado leaves one; without --vivado the folder is opened',
  });
}
