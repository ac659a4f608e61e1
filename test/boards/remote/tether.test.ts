import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTethered } from '../../../boards/remote/tether.ts';
import { isRunning } from '../../rig/process.ts';
import { temporaryDirectory } from '../fixture.ts';

let folder: string;

beforeEach(async () => {
  const temporary = await temporaryDirectory();
  folder = temporary.path;
  return temporary.remove;
});

const gone = (pid: number) => vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5000 });

const parentOf = (pid: number): string =>
  /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const chunk of stream) return String(chunk).trim();
  throw new Error('it ended without a line');
}

describe('a tethered program', () => {
  test('gets its input, and its output, end and errors are reported', async () => {
    const program = await startTethered('sh', ['-c', 'cat; echo bad >&2; exit 3'], folder, {
      removes: false,
    });
    program.stdin.end('good');
    expect(await firstLine(program.stdout)).toBe('good');
    expect(await program.ended).toEqual({ code: 3, complaint: 'bad\n' });
    expect(existsSync(folder)).toBe(true);
  });

  test('can be ended, and its folder is deleted with it', async () => {
    const own = join(folder, 'own');
    await mkdir(own);
    const program = await startTethered('sh', ['-c', 'echo $$; exec sleep 1000'], own, { removes: true });
    const pid = Number(await firstLine(program.stdout));
    program.cut();
    expect((await program.ended).code).toBe(143);
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(own)).toBe(false);
  });

  test('that does not exist', async () => {
    const program = await startTethered('no-such-program', [], folder, { removes: false });
    expect(await program.ended).toEqual({
      code: 127,
      complaint: expect.stringContaining('no-such-program') as string,
    });
  });

  describe('ends with what started it', () => {
    let script: string;
    beforeAll(async () => {
      const temporary = await temporaryDirectory();
      script = join(temporary.path, 'starter.mjs');
      const contents = `
        import { mkdirSync } from 'node:fs';
        import { startTethered } from './boards/remote/tether.ts';
        import { parentPort, workerData } from 'node:worker_threads';
        if (parentPort === null) process.on('SIGINT', () => process.stdout.write('asked to end\\n'));
        const folder = workerData ?? process.argv[2];
        mkdirSync(folder);
        const program = await startTethered('sh', ['-c', 'echo $$; exec sleep 1000'], folder, { removes: true });
        program.stdout.on('data', (text) => parentPort === null ? process.stdout.write(text) : parentPort.postMessage(String(text)));
      `;
      await build({
        stdin: { contents, resolveDir: process.cwd() },
        outfile: script,
        bundle: true,
        format: 'esm',
        platform: 'node',
        logLevel: 'error',
      });
      return temporary.remove;
    });

    test('a program that is killed', async () => {
      const own = join(folder, 'own');
      const starter = spawn(process.execPath, [script, own], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = Number(await firstLine(starter.stdout));
      expect(isRunning(pid)).toBe(true);
      starter.kill('SIGKILL');
      await gone(pid);
      await vi.waitFor(() => expect(existsSync(own)).toBe(false), { timeout: 5000 });
    });

    test('a program that is killed after Ctrl-C reached all of its group', async () => {
      const starter = spawn(process.execPath, [script, join(folder, 'own')], {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      const lines = createInterface(starter.stdout)[Symbol.asyncIterator]();
      const pid = Number((await lines.next()).value);
      const parent = parentOf(pid);
      process.kill(-starter.pid!, 'SIGINT');
      expect((await lines.next()).value).toBe('asked to end');
      expect([isRunning(pid), parentOf(pid)]).toEqual([true, parent]);
      starter.kill('SIGKILL');
      await gone(pid);
    });

    test('a worker thread that is terminated', async () => {
      const own = join(folder, 'own');
      const worker = new Worker(script, { workerData: own });
      const pid = await new Promise<number>((resolve) => {
        worker.once('message', (text: string) => resolve(Number(text)));
      });
      expect(isRunning(pid)).toBe(true);
      await worker.terminate();
      await gone(pid);
      await vi.waitFor(() => expect(existsSync(own)).toBe(false), { timeout: 5000 });
    });
  });
});

test('that cannot be started at all throws the error of the system', async () => {
  const nowhere = join(folder, 'gone');
  await expect(startTethered('true', [], nowhere, { removes: false })).rejects.toMatchObject({
    code: 'ENOENT',
    syscall: 'spawn /bin/sh',
  });
});
