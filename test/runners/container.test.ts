import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localRunner } from '../../runners/local.ts';
import { newAttempt } from '../rig/attempt.ts';
import { temporaryFolder } from '../rig/project.ts';

/** A stand-in for docker that records its calls, and runs the command of `run` in the current folder. */
const engine = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
[ "$1" = run ] || exit 0
shift
while [ $# -gt 0 ]; do
  case "$1" in
    --rm|--init) shift ;;
    --env) export "$2"; shift 2 ;;
    --network|--name|--user|--workdir|--volume) shift 2 ;;
    *) shift; exec "$@" ;;
  esac
done
`;

function project() {
  const folder = temporaryFolder();
  const directory = join(folder, 'work', 'job');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(folder, 'docker'), engine);
  chmodSync(join(folder, 'docker'), 0o755);
  const runner = localRunner(`${folder}:${process.env['PATH'] ?? ''}`);
  const submit = (command: string) =>
    runner.submit({
      label: 'build.hardware/0',
      attempt: newAttempt(),
      directory,
      run: { type: 'process', argv: ['sh', '-e', '-c', command], env: { FINN_VERSION: '1.6.1' } },
      params: {},
      surroundings: {
        programs: {},
        path: ['/opt/vivado/bin'],
        env: { FINN_DEPS: '/deps' },
        container: { engine: 'docker', image: 'finn:1.6.1', folders: ['/opt/vivado/bin', '/deps'] },
      },
    });
  return { folder, directory, runner, submit, calls: () => readFileSync(join(folder, 'calls'), 'utf8') };
}

describe('a job in a container', () => {
  it('runs in its work directory with its environment, and the path of its tools before the image’s own', async () => {
    const { directory, runner, submit, calls } = project();
    const handle = await submit('echo "$FINN_VERSION $FINN_DEPS ${PATH%%:*} $PWD" > said');
    expect(await runner.wait(handle, () => undefined)).toMatchObject({ type: 'exited', code: 0 });
    expect(readFileSync(join(directory, 'said'), 'utf8')).toBe(`1.6.1 /deps /opt/vivado/bin ${directory}\n`);
    expect(calls()).toContain(
      `--volume ${directory}:${directory} --volume /opt/vivado/bin:/opt/vivado/bin:ro`,
    );
    expect(calls()).toMatch(/ finn:1\.6\.1 sh -c /);
  });

  it('is removed by name if it is cancelled, or if another program left it behind', async () => {
    const { directory, runner, submit, calls } = project();
    const handle = await submit('touch begun; sleep 60');
    while (!existsSync(join(directory, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 10));
    const ended = runner.wait(handle, () => undefined);
    await runner.cancel(handle);
    expect(await ended).toEqual({ type: 'cancelled' });
    const name = `pipeline-${handle.attempt}`;
    expect(calls()).toContain(`--name ${name} `);
    expect(calls()).toContain(`rm --force ${name}`);
    await runner.recover(handle.attempt, directory);
    expect(calls().match(new RegExp(`rm --force ${name}`, 'g'))).toHaveLength(2);
  });

  it('reports a missing program for containers', async () => {
    const { directory } = project();
    const runner = localRunner('/nowhere');
    const handle = await runner.submit({
      label: 'x',
      attempt: newAttempt(),
      directory,
      run: { type: 'process', argv: ['true'], env: {} },
      params: {},
      surroundings: {
        programs: {},
        path: [],
        env: {},
        container: { engine: 'docker', image: 'x', folders: [] },
      },
    });
    expect(await runner.wait(handle, () => undefined)).toMatchObject({
      result: { diagnostics: [{ message: 'there is no program docker' }] },
    });
  });
});
