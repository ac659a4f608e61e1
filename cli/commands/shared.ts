import type { Command } from 'commander';
import type { ExitCode } from '../options.ts';

export const targets = '[targets...]';
export const targetsHelp = 'stages, or single actions such as build/1; defaults to everything';

/** Options of every command of a project. */
export function common(command: Command): Command {
  return withJson(command)
    .option(
      '-C, --directory <dir>',
      'folder of pipeline.yaml; by default this one, or the first above that has one',
    )
    .option('-f, --file <file>', 'another file in place of pipeline.yaml; its folder is the project');
}

/** For programs that read what a command says. */
export function withJson(command: Command): Command {
  return command.option('--json', 'one JSON object per line, for programs');
}

/** Options of the commands that read pipeline.yaml. */
export function planned(command: Command): Command {
  return common(command)
    .option('--profile <name>', 'apply a profile of pipeline.yaml')
    .option(
      '--set <path=value>',
      'lay a value over pipeline.yaml for this command, such as estimate.with.target_fps=200; repeatable',
      (text: string, before?: readonly string[]) => [...(before ?? []), text],
    );
}

/** Says with which code the command ends. */
export function end(code: ExitCode): void {
  process.exitCode = code;
}
