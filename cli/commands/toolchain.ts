import type { Command } from 'commander';
import type { PlanOptions } from '../options.ts';
import type { InstallOptions } from '../toolchain.ts';
import { end, planned, withJson } from './shared.ts';

/** The tools that stages use: `toolchain`. */
export function addToolchainCommands(program: Command): void {
  const toolchain = program
    .command('toolchain')
    .description('manage the tools that stages use: FINN, Verilator and Vivado');

  withJson(toolchain.command('install <tool>'))
    .description('install a tool for all projects of this user: finn or rtl')
    .option('--python <path>', 'the Python to use; defaults to the first 3.11 or later on PATH')
    .option('--wheelhouse <dir>', 'take all packages from a folder of wheels, without a network')
    .option('--deps <path>', "take FINN's own dependencies from a folder or .tar.gz, without a network")
    .action(async (tool: string, options: InstallOptions) =>
      end(await (await import('../toolchain.ts')).install(tool, options)),
    );

  planned(toolchain.command('status'))
    .description('show which tools would be used, for which boards, and how to get missing ones')
    .action(async (options: PlanOptions) =>
      end(await (await import('../toolchain-status.ts')).toolchainStatus(options)),
    );
}
