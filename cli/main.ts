import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import { machineLost } from './machine-lost.ts';
import type { BoardInstallOptions } from './boards/install.ts';
import type { LogsOptions } from './boards/logs.ts';
import type { FoldOptions } from './fold.ts';
import type { VerifyOptions } from './cache-verify.ts';
import type { GcOptions } from './gc.ts';
import type { GetOptions } from './get.ts';
import type { HistoryOptions } from './history.ts';
import type { Size } from '../images/fit.ts';
import type { InferOptions } from './infer.ts';
import type { InitOptions } from './init.ts';
import type { Format } from './infer-format.ts';
import type { ActionLogsOptions } from './logs.ts';
import type { OpenOptions } from './open.ts';
import type { CommonOptions, ExitCode, PlanOptions } from './options.ts';
import type { PlanCommandOptions } from './plan.ts';
import type { RunOptions } from './run.ts';
import type { ShowOptions } from './show.ts';
import type { InstallOptions } from './toolchain.ts';
import type { WatchOptions } from './watch/session.ts';

const program = new Command('pipeline')
  .description('Splits a quantised network over several FPGA boards, builds only what changed, and runs it.')
  .version(version)
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: false })
  .exitOverride();

const formats: readonly Format[] = ['table', 'csv', 'json', 'npy'];
const targets = '[targets...]';
const targetsHelp = 'stages, or single actions such as build/1; defaults to everything';

withJson(program.command('init').argument('<model>', 'a QONNX file'))
  .description('write a pipeline.yaml for a network, and show what becomes of it')
  .option('--images <file>', 'a .npy file of images to test with; random ones by default')
  .option('--boards <number>', 'number of emulated boards', positiveInteger, 2)
  .option('--board <type>', 'type of the boards', 'zedboard')
  .option('--force', 'overwrite files that exist')
  .option('-C, --directory <dir>', 'folder of the project; by default this one')
  .action(async (model: string, options: InitOptions) =>
    end((await import('./init.ts')).init(model, options)),
  );

planned(program.command('run').argument(targets, targetsHelp))
  .description('bring targets up to date')
  .option('--force', 'run the targets even if their results are known')
  .option('--only', 'run only the targets; everything they need must be up to date')
  .option('--recut', 'ignore pipeline.lock: choose new cuts and new depths of sized FIFOs')
  .option('--no-wait', 'if another run works in the project, refuse instead of waiting for it')
  .option('--trust-state', 'use .pipeline/ even if it is a link, belongs to someone else or came with git')
  .option(
    '-k, --keep-going <failures>',
    'failures after which nothing more starts; 0: any number',
    wholeNumber,
    0,
  )
  .option(
    '--notify <command>',
    'run a command at the first failure and at the end; defaults to PIPELINE_NOTIFY',
  )
  .addOption(new Option('-q, --quiet', 'show only failures and the last line').conflicts(['verbose', 'json']))
  .addOption(new Option('-v, --verbose', 'show the output of all actions as it comes').conflicts('json'))
  .option('-j, --jobs <number>', 'actions at a time; defaults to the number of cores', positiveInteger)
  .action(async (names: string[], options: RunOptions) =>
    end(await (await import('./run.ts')).run(names, options)),
  );

planned(program.command('plan').argument(targets, targetsHelp))
  .description('show what would run and why, and what would stop it, without running it')
  .option('--online', 'also ask the boards, and start programs that pipeline.yaml names')
  .action(async (names: string[], options: PlanCommandOptions) =>
    end(await (await import('./plan.ts')).plan(names, options)),
  );

planned(program.command('watch').argument(targets, targetsHelp))
  .description('plan again on every save, run what is quick, and ask before the rest')
  .option('--yes', 'also run what takes long, without asking')
  .option('--poll', 'look for changes instead of having them reported, as network file systems need')
  .action(async (names: string[], options: WatchOptions) =>
    end(await (await import('./watch/watch.ts')).watch(names, options)),
  );

planned(program.command('why').argument('<action>', 'such as build/1'))
  .description('show why an action would run, or why it last ran: field by field, back to the cause')
  .action(async (action: string, options: PlanOptions) =>
    end(await (await import('./why.ts')).why(action, options)),
  );

planned(program.command('fold').argument('[stage]', 'a stage that folds; optional if there is only one'))
  .description('show the folding of a network layer by layer, or compare it with another')
  .addOption(
    new Option('--target-fps <number>', 'show the folding that FINN chooses for this many images per second')
      .argParser(positiveNumber)
      .conflicts('folding'),
  )
  .option('--folding <file>', 'show the result of another folding file; paths are relative to pipeline.yaml')
  .option('--write <file>', 'write the shown folding to a file for `folding`')
  .option('--force', 'overwrite that file if it exists')
  .action(async (stage: string | undefined, options: FoldOptions) =>
    end(await (await import('./fold.ts')).fold(stage, options)),
  );

planned(program.command('timing').argument('[stage]', 'a stage that builds; optional if there is only one'))
  .description('show how fast submodels run as they are built, and what holds them up')
  .action(async (stage: string | undefined, options: PlanOptions) =>
    end(await (await import('./timing.ts')).timing(stage, options)),
  );

planned(program.command('infer').argument('<images...>', '.npy, PNG and JPEG files, and folders of them'))
  .description('run images through the network that is deployed, and write what it returns')
  .option('--resize <size>', 'resize pictures to WIDTHxHEIGHT, or their shorter side to a number', resizeTo)
  .option('--crop <size>', 'then crop the middle to WIDTHxHEIGHT, or to a square', cropTo)
  .option(
    '--divide-by <number>',
    'for a network that takes floats: divide the bytes of pictures',
    positiveNumber,
  )
  .option('--count <number>', 'only the first images', positiveInteger)
  .option('--batch <number>', 'images that pass the boards at a time', positiveInteger, 100)
  .option('--top <number>', 'show the classes with the highest scores', positiveInteger)
  .addOption(
    new Option(
      '--format <format>',
      'table, csv, json or npy; defaults to a table on a terminal, else csv',
    ).choices(formats),
  )
  .option('-o, --output <file>', 'write to a file; its suffix is the default of --format')
  .option('--force', 'overwrite that file if it exists')
  .option('--stage <name>', 'a deploy stage; optional if there is only one')
  .action(async (images: string[], options: InferOptions) =>
    end(await (await import('./infer.ts')).infer(images, options)),
  );

planned(program.command('doctor'))
  .description('check files, tools and boards that the stages need, with a fix for what is wrong')
  .option('--synthesise', 'build the smallest network with Vivado, and pack what it left for a report')
  .action(async (options: PlanOptions & { readonly synthesise?: boolean }) =>
    end(
      options.synthesise === true
        ? await (await import('./doctor/synthesise.ts')).synthesise(options)
        : await (await import('./doctor.ts')).doctor(options),
    ),
  );

common(program.command('status'))
  .description('show the result of the last run, or the progress of the current one')
  .action(async (options: CommonOptions) => end((await import('./status.ts')).status(options)));

common(program.command('history'))
  .description('list the last runs: when, how they ended, what ran and why')
  .option('-n, --count <number>', 'number of runs', positiveInteger, 20)
  .action(async (options: HistoryOptions) => end((await import('./history.ts')).history(options)));

common(
  program
    .command('diff')
    .argument('[run]', 'a number of pipeline history; defaults to the run before the last', positiveInteger)
    .argument('[run]', 'defaults to the last run', positiveInteger),
)
  .description('show what differs between two runs: parameters, foldings, cuts, inputs and results')
  .action(async (first: number | undefined, second: number | undefined, options: CommonOptions) =>
    end((await import('./diff.ts')).diff(first, second, options)),
  );

common(
  program
    .command('trace')
    .argument('[run]', 'a number of pipeline history; defaults to the last run', positiveInteger),
)
  .description('write the time line of a run as JSON for Perfetto (ui.perfetto.dev) or chrome://tracing')
  .action(async (run: number | undefined, options: CommonOptions) =>
    end((await import('./trace.ts')).trace(run, options)),
  );

planned(program.command('logs').argument('[action]', 'such as build/1; defaults to what failed last'))
  .description('show the output of an action')
  .option('-F, --follow', 'show what a running action prints until it ends; waits if it has not started')
  .action(async (action: string | undefined, options: ActionLogsOptions) =>
    end(await (await import('./logs.ts')).logs(action, options)),
  );

common(program.command('open').argument('<action>', 'one that failed, such as build/1'))
  .description('start a shell in the kept folder of a failed action, with its environment')
  .option('--vivado', 'open the Vivado project in it instead')
  .action(async (action: string, options: OpenOptions) =>
    end(await (await import('./open.ts')).open(action, options)),
  );

planned(
  program
    .command('inspect')
    .argument('<package>', 'a folder with a package.json, or an action such as package/0'),
)
  .description('verify a package and describe it')
  .action(async (named: string, options: PlanOptions) =>
    end(await (await import('./inspect.ts')).inspect(named, options)),
  );

planned(program.command('show').argument('<stage>', 'a stage, or an action such as build/1'))
  .description(
    'show what a stage made: the cuts of a split, the layers of an estimate, results with their sizes',
  )
  .option('--svg <file>', 'also draw a split, with its layers on the boards')
  .option('--force', 'overwrite that file if it exists')
  .action(async (name: string, options: ShowOptions) =>
    end(await (await import('./show.ts')).show(name, options)),
  );

planned(
  program
    .command('get')
    .argument('<output>', 'such as split.report, build.bitstreams or package/0; without a port all outputs')
    .argument('[dir]', 'defaults to the name of the output'),
)
  .description('copy results into a folder, under readable names')
  .option('--force', 'overwrite other files')
  .action(async (name: string, dir: string | undefined, options: GetOptions) =>
    end(await (await import('./get.ts')).get(name, dir, options)),
  );

planned(program.command('gc'))
  .description('shrink the cache: delete the results that have been unused for longest')
  .option('--max-size <size>', 'such as 10G or 500M; current results are always kept', byteSize)
  .option('--older-than <days>', 'such as 30d, at least 7d: delete results unused for that long', days)
  .addOption(
    new Option(
      '--all-unused',
      'delete all results but the current ones, also those used in the last 7 days',
    ).conflicts(['maxSize', 'olderThan']),
  )
  .option('--dry-run', 'show what would be deleted, without deleting it')
  .option('--trust-state', 'as for run')
  .action(async (options: GcOptions) => end(await (await import('./gc.ts')).gc(options)));

const cache = program.command('cache').description('look after the cache');

planned(cache.command('size'))
  .description('show what takes the room')
  .action(async (options: PlanOptions) => end(await (await import('./cache-size.ts')).cacheSize(options)));

planned(cache.command('verify'))
  .description('read every result and every file in the cache, and delete damaged ones')
  .option('--trust-state', 'as for run')
  .action(async (options: VerifyOptions) =>
    end(await (await import('./cache-verify.ts')).cacheVerify(options)),
  );

const toolchain = program
  .command('toolchain')
  .description('manage the tools that stages use: FINN, Verilator and Vivado');

withJson(toolchain.command('install <tool>'))
  .description('install a tool for all projects of this user: finn or rtl')
  .option('--python <path>', 'the Python to use; defaults to the first 3.11 or later on PATH')
  .option('--wheelhouse <dir>', 'take all packages from a folder of wheels, without a network')
  .option('--deps <path>', "take FINN's own dependencies from a folder or .tar.gz, without a network")
  .action(async (tool: string, options: InstallOptions) =>
    end(await (await import('./toolchain.ts')).install(tool, options)),
  );

planned(toolchain.command('status'))
  .description('show which tools would be used, for which boards, and how to get missing ones')
  .action(async (options: PlanOptions) =>
    end(await (await import('./toolchain-status.ts')).toolchainStatus(options)),
  );

const boards = program
  .command('boards')
  .description('manage real boards: those of the cluster with an address');

planned(boards.command('keygen'))
  .description("create the cluster's key, which its boards and this computer share")
  .action(async (options: PlanOptions) => end(await (await import('./boards/keygen.ts')).keygen(options)));

planned(boards.command('install').argument('[boards...]', 'defaults to all'))
  .description("install or upgrade the boards' server, with its configuration and the key, over ssh")
  .option('--program <file>', 'pipeline-board built for the boards; built here by default')
  .action(async (names: string[], options: BoardInstallOptions) =>
    end(await (await import('./boards/install.ts')).install(names, options)),
  );

planned(boards.command('status').argument('[boards...]', 'defaults to all'))
  .description('show the type, contents and state of each board')
  .action(async (names: string[], options: PlanOptions) =>
    end(await (await import('./boards/status.ts')).status(names, options)),
  );

planned(boards.command('doctor').argument('[boards...]', 'defaults to all'))
  .description(
    'show what boards have and lack of what their server needs, with remedies; changes nothing on them',
  )
  .action(async (names: string[], options: PlanOptions) =>
    end(await (await import('./boards/doctor.ts')).doctor(names, options)),
  );

planned(
  boards.command('load').argument('<board>').argument('<submodel>', 'its position, from 0', wholeNumber),
)
  .description('load the package of a submodel on a board, to check that its FPGA accepts it')
  .action(async (board: string, submodel: number, options: PlanOptions) =>
    end(await (await import('./boards/load.ts')).load(board, submodel, options)),
  );

planned(boards.command('logs').argument('<board>'))
  .description("show the last lines of a board's server")
  .option('-n, --lines <number>', 'number of lines', positiveInteger, 100)
  .action(async (board: string, options: LogsOptions) =>
    end(await (await import('./boards/logs.ts')).logs(board, options)),
  );

planned(boards.command('reboot').argument('<boards...>'))
  .description('restart boards and wait until they answer again')
  .action(async (names: string[], options: PlanOptions) =>
    end(await (await import('./boards/reboot.ts')).reboot(names, options)),
  );

/** Options of every command of a project. */
function common(command: Command): Command {
  return withJson(command)
    .option(
      '-C, --directory <dir>',
      'folder of pipeline.yaml; by default this one, or the first above that has one',
    )
    .option('-f, --file <file>', 'another file in place of pipeline.yaml; its folder is the project');
}

function withJson(command: Command): Command {
  return command.option('--json', 'one JSON object per line, for programs');
}

/** Options of the commands that read pipeline.yaml. */
function planned(command: Command): Command {
  return common(command)
    .option('--profile <name>', 'apply a profile of pipeline.yaml')
    .option(
      '--set <path=value>',
      'lay a value over pipeline.yaml for this command, such as estimate.with.target_fps=200; repeatable',
      (text: string, before?: readonly string[]) => [...(before ?? []), text],
    );
}

function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('must be a whole number of at least 1.');
  return number;
}

function cropTo(text: string): Size {
  const size = resizeTo(text);
  return typeof size === 'number' ? { width: size, height: size } : size;
}

function resizeTo(text: string): Size | number {
  const [, width, height] = /^([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?$/.exec(text) ?? [];
  if (width === undefined)
    throw new InvalidArgumentError('must be a number of pixels such as 256, or two such as 320x240.');
  return height === undefined ? Number(width) : { width: Number(width), height: Number(height) };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number of at least 0.');
  return Number(text);
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0)
    throw new InvalidArgumentError('must be a number greater than 0.');
  return number;
}

function byteSize(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([kMGT]?)B?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('must be a size such as 10G or 500M.');
  return Number(number) * 1000 ** ['', 'k', 'M', 'G', 'T'].indexOf(unit);
}

/** In ms. */
function days(text: string): number {
  const [, number] = /^(\d+)d$/.exec(text) ?? [];
  // Anything younger may be in use by a run, and is always kept.
  if (number === undefined || Number(number) < 7)
    throw new InvalidArgumentError('must be a number of days of at least 7, such as 30d.');
  return Number(number) * 24 * 3600 * 1000;
}

function end(code: ExitCode): void {
  process.exitCode = code;
}

// A mask that takes rights from the user would make folders that this program cannot use itself.
process.umask(process.umask(0o077) & 0o077);
try {
  await program.parseAsync();
} catch (error) {
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  // Commander has reported the error; --help and --version are not errors.
  if (code?.startsWith('commander.') === true) end(exitCode === 0 ? 0 : 2);
  else end(machineLost(error));
}
