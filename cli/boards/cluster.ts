import type { ClusterKey } from '../../boards/keys.ts';
import { readKey } from '../../boards/keys.ts';
import type { BoardTools } from '../../boards/world.ts';
import type { RealBoard } from '../../core/contracts/board.ts';
import { boardTools } from '../../boards/world.ts';
import { isMachineFailure, machineFailure } from '../../base/machine-failure.ts';
import { diagnosticsOf } from '../../base/refusal.ts';
import type { ClusterBoard } from '../../core/contracts/board.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { nameHint } from '../../base/suggest.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { jsonLine } from '../../reporters/json.ts';
import { harmless } from '../../reporters/style.ts';
import type { Environment } from '../environment.ts';
import { readEnvironment } from '../environment.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { refuse, show } from '../options.ts';
import { openProject } from '../project.ts';
import { neverSilent } from './never-silent.ts';

/** The boards that a command manages, and how ssh reaches them. */
export interface Logins {
  readonly environment: Environment;
  readonly isJson: boolean;
  readonly boards: readonly RealBoard[];
  readonly tools: BoardTools;
}

/** With the key that their servers require. */
export interface Reach extends Logins {
  readonly key: ClusterKey;
}

/** As `withLogins`, and reads the cluster's key before the work. */
export function withBoards(
  names: readonly string[],
  options: PlanOptions,
  work: (reach: Reach) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withLogins(names, options, async (logins) =>
    work({ ...logins, key: await readKey(logins.tools.key) }),
  );
}

/**
 * Finds the named real boards of the cluster, or all of them, then does the work. Reports what the user must fix first, with
 * exit code 2.
 */
export async function withLogins(
  names: readonly string[],
  options: PlanOptions,
  work: (logins: Logins) => Promise<ExitCode>,
): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const refused = (diagnostics: readonly Diagnostic[]): ExitCode => refuse(diagnostics, isJson, environment);
  const opened = await openProject(environment, options);
  if (!opened.ok) return refused(opened.diagnostics);
  const { plan, layout } = opened.value;
  const boards = choose(names, plan.cluster.filter(isReal));
  if (!boards.ok) return refused(boards.diagnostics);
  const tools = boardTools({ project: layout.project, tools: plan.tools });
  try {
    return await work({ environment, isJson, boards: boards.value, tools });
  } catch (error) {
    return refused(diagnosticsOf(error));
  }
}

/**
 * Runs `work` for all boards at once. A refusal is reported as it comes, with the board's name, and the others continue; the
 * exit code is then 1, or 3 if this machine is at fault.
 */
export async function onEach(
  { boards, environment, isJson }: Logins,
  work: (board: RealBoard) => Promise<void>,
): Promise<ExitCode> {
  const outcomes = await Promise.all(
    boards.map(async (board): Promise<ExitCode> => {
      try {
        await work(board);
        return 0;
      } catch (error) {
        const found = isMachineFailure(error) ? [machineFailure(error)] : diagnosticsOf(error);
        show(found, isJson, environment);
        return found.some(({ code }) => code.startsWith('infrastructure/')) ? 3 : 1;
      }
    }),
  );
  return outcomes.find((code) => code === 3) ?? outcomes.find((code) => code !== 0) ?? 0;
}

/** Shows a line or, under --json, the event. */
export function report({ environment, isJson }: Logins, event: object, line: string): void {
  environment.out.write(isJson ? jsonLine(event) : `${line}\n`);
}

/** Runs work that may take long on one board, and shows its messages and that it is still running. */
export function patiently<T>(
  reach: Logins,
  name: string,
  waiting: string,
  work: (say: (line: string) => void) => Promise<T>,
): Promise<T> {
  const say = (line: string): void =>
    report(reach, { type: 'board-progress', name, line }, `${name}: ${harmless(line)}`);
  return neverSilent(say, waiting, reach.environment.elapsed, work);
}

function choose(names: readonly string[], real: readonly RealBoard[]): Result<readonly RealBoard[]> {
  const unknownBoard = (message: string, hint: string) =>
    failure(problem('usage/unknown-board', message, { hint }));
  if (real.length === 0) return failure(noRealBoards);
  const known = real.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    return unknownBoard(`the cluster has no real board "${unknown}"`, nameHint(unknown, known));
  return success(names.length === 0 ? real : real.filter(({ name }) => names.includes(name)));
}

/** The diagnostic of commands that are for real boards only. */
export const noRealBoards = problem('usage/unknown-board', 'the cluster has no real boards', {
  hint: 'a real board has an `address`; a --profile may define some',
});

export function isReal(board: ClusterBoard): board is RealBoard {
  return !board.emulated;
}
