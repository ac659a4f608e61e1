import { Command } from 'commander';
import { version } from '../package.json';
import { addBoardsCommands } from './commands/boards.ts';
import { addBuildCommands } from './commands/build.ts';
import { addCacheCommands } from './commands/cache.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPastCommands } from './commands/past.ts';
import { addResultCommands } from './commands/results.ts';
import { end } from './commands/shared.ts';
import { addToolchainCommands } from './commands/toolchain.ts';
import { machineLost } from './machine-lost.ts';

const program = new Command('pipeline')
  .description('Splits a quantised network over several FPGA boards, builds only what changed, and runs it.')
  .version(version)
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: false })
  .exitOverride();

// In the order of the help.
for (const add of [
  addBuildCommands,
  addNetworkCommands,
  addPastCommands,
  addResultCommands,
  addCacheCommands,
  addToolchainCommands,
  addBoardsCommands,
])
  add(program);

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
