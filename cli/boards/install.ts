import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boardType } from '../../boards/data.ts';
import { awaitServer } from '../../boards/remote/await-server.ts';
import { installServer } from '../../boards/remote/install.ts';
import { openRemoteShell } from '../../boards/remote/shell.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { attemptLater } from '../../base/refusal.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { duration } from '../../base/units.ts';
import { buildBoardServer } from '../../toolchain/board-server.ts';
import { toolchainHome } from '../../toolchain/home.ts';
import { withInterruption } from '../interrupt.ts';
import { kindOfPath } from '../kind-of-path.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { refuse, show } from '../options.ts';
import { ownFile } from '../own-file.ts';
import type { Reach } from './cluster.ts';
import { onEach, patiently, report, withBoards } from './cluster.ts';
import { neverSilent } from './never-silent.ts';

export interface BoardInstallOptions extends PlanOptions {
  readonly program?: string;
}

/** `pipeline boards install`: copies the server, its configuration and the key to boards, and starts it. */
export function install(names: readonly string[], options: BoardInstallOptions): Promise<ExitCode> {
  return withBoards(names, options, async (reach) => {
    const { environment, isJson } = reach;
    const unfit = reach.boards.find(({ type }) => !boardType(type).part.startsWith('xc7z'));
    if (unfit !== undefined) {
      const message = `${unfit.name} is a ${unfit.type}; the board's server supports only Zynq 7000`;
      const hint = 'name the boards to install it on: pipeline boards install BOARD…';
      return refuse([problem('boards/unsupported-type', message, { hint })], isJson, environment);
    }
    const given = options.program === undefined ? null : namedProgram(options.program, reach);
    if (given?.ok === false) return refuse(given.diagnostics, isJson, environment);
    // A server takes a minute to compile, and a board that is off a moment to find out.
    const silent = await silentBoards(reach);
    if (silent.length === reach.boards.length) {
      show(silent, isJson, environment);
      return 1;
    }
    const program = given ?? (await builtProgram(reach));
    if (program === null) return 130;
    if (!program.ok) {
      show(program.diagnostics, isJson, environment);
      return 3;
    }
    return onEach(reach, async (board) => {
      const { name, type, ssh, address } = board;
      const { part, crystalMegahertz } = boardType(type);
      const began = environment.elapsed();
      await patiently(reach, name, 'still installing', async (say) => {
        await installServer(
          {
            login: { board: name, ssh, sshConfig: reach.tools.sshConfig },
            settings: { name, boardType: type, part, crystalMegahertz, port: address.port },
            program: program.value,
            scripts: fileURLToPath(ownFile('../server/deploy')),
            key: reach.key,
          },
          say,
          environment.elapsed,
        );
        await awaitServer(board, reach.key, startSeconds, environment.elapsed);
      });
      const milliseconds = environment.elapsed() - began;
      report(
        reach,
        { type: 'board-installed', name, milliseconds },
        `${name}: its server runs (${duration(milliseconds)})`,
      );
    });
  });
}

const startSeconds = 30;

/** In seconds: whoever is slower than this is asked again when it is its turn. */
const answerSeconds = 2;

/** Why boards do not let this user log in, of all at once. */
async function silentBoards({ boards, tools: { sshConfig } }: Reach): Promise<readonly Diagnostic[]> {
  const answers = await Promise.all(
    boards.map(({ name, ssh }) =>
      attemptLater(async () => {
        const shell = await openRemoteShell({ board: name, ssh, sshConfig }, answerSeconds);
        await shell.close();
        return name;
      }),
    ),
  );
  return answers.flatMap((answer) => (answer.ok ? [] : answer.diagnostics.slice(0, 1)));
}

function namedProgram(program: string, { environment }: Reach): Result<string> {
  const path = resolve(environment.project, program);
  if (kindOfPath(path) === 'file') return success(path);
  return failure(problem('file/missing', `there is no program ${path}`));
}

/** A program built now; null after an interruption. */
async function builtProgram(reach: Reach): Promise<Result<string> | null> {
  const { environment } = reach;
  return withInterruption(async (signal) => {
    const say = (step: string): void => report(reach, { type: 'build-step', step }, `building ${step}`);
    const built = await neverSilent(say, 'still building', environment.elapsed, (saying) =>
      buildBoardServer({
        home: toolchainHome(environment.variables, environment.home),
        sources: fileURLToPath(ownFile('../server')),
        variables: environment.variables,
        signal,
        report: saying,
      }),
    );
    if (built.type === 'interrupted') return null;
    return built.type === 'built' ? success(built.program) : failure(built.diagnostic);
  });
}
