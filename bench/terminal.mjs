// Measures what the live view of a run costs: processor time of a first run of many short shell actions, two at a time, on a
// pseudo-terminal of 100 x 30, compared with the same run into a pipe; and the bytes that the terminal gets.
//
//   node bench/terminal.mjs [--rounds 3] [--rows 30]
//
// The processor time includes that of the actions, which is the same for both. `script` is of util-linux.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateProject, inTemporaryFolder, options, pipeline, takeTurns } from './measure.mjs';

const { rounds, rows } = options({ rounds: 3, rows: 30 });

await inTemporaryFolder(async (folder) => {
  for (const actions of [20, 200, 1000]) {
    const project = generateProject(join(folder, String(actions)), actions);
    const command = [...pipeline, 'run', '--jobs', '2', '--directory', project].join(' ');
    let bytes = 0;
    const candidates = [
      { name: 'pipe', measure: () => seconds(`${command} > ${join(folder, 'out')}`) },
      {
        name: 'terminal',
        measure: () => {
          const screen = join(folder, 'screen');
          const inside = `stty cols 100 rows ${rows}; ${command}`;
          const time = seconds(`script --quiet --return --command '${inside}' ${screen} > /dev/null`);
          bytes = readFileSync(screen).length;
          return time;
        },
      },
    ];
    const [pipe, terminal] = await takeTurns(
      candidates.map(({ name, measure }) => ({
        name,
        measure: () => {
          rmSync(join(project, '.pipeline'), { recursive: true, force: true });
          return measure();
        },
      })),
      rounds,
    );
    const ratio = (which) => (terminal[which] / pipe[which]).toFixed(2);
    console.log(
      `${String(actions).padStart(4)} actions: pipe ${pipe.median.toFixed(2)} s, terminal ${terminal.median.toFixed(2)} s` +
        ` (${bytes} bytes), ratio ${ratio('median')} (median) ${ratio('minimum')} (min);` +
        ` ${((1000 * terminal.median) / actions).toFixed(1)} ms an action`,
    );
  }

  /** Processor time of a command and all that it started, in s. */
  function seconds(command) {
    const file = join(folder, 'times');
    const script = join(folder, 'command.sh');
    writeFileSync(script, `TIMEFORMAT='%U %S'; { time { ${command}; } 2> /dev/null; } 2> ${file}\n`);
    const env = { ...process.env, TERM: 'xterm-256color', CI: '' };
    const { status, stderr } = spawnSync('bash', [script], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ended with ${status}\n${stderr}`);
    const [user = 0, system = 0] = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number);
    return user + system;
  }
});
