import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cli } from './command.ts';
import { temporaryFolder } from './project.ts';

/** A project folder on a machine that has nothing but the system's programs and what is put into `bin`. */
export function bareMachine() {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  return {
    folder,
    bin,
    /** Runs the built command there; the folder is FOLDER in what it prints. */
    pipeline: async (args: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
      const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, XDG_STATE_HOME: folder, ...variables };
      const { exitCode, stdout, stderr } = await execa(process.execPath, [cli, ...args], {
        ...{ cwd: folder, extendEnv: false, env, reject: false, stripFinalNewline: false },
      });
      const shown = (text: string): string => text.replaceAll(folder, 'FOLDER');
      return { code: exitCode, out: shown(stdout), error: shown(stderr) };
    },
  };
}

/** A program that runs these lines of shell. */
export function program(bin: string, name: string, lines: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
}

/** `vivado` 2024.2 with these board parts, which lists its calls in the file `calls`. */
export function fakeVivado(bin: string, boardParts: readonly string[]): void {
  const answer = ['part xc7z020clg484-1', ...boardParts.map((name) => `board ${name}`), 'done'].join('\\n');
  program(
    bin,
    'vivado',
    `echo "$*" >>'${bin}/calls'
case "$*" in *-version*) echo 'vivado v2024.2 (64-bit)' ;; *) printf '${answer}\\n' >probe.txt ;; esac`,
  );
}
