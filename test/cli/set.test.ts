import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { pipeline } from '../rig/command.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';
import { projectsThatRan } from '../rig/ran.ts';

const text = `version: 1
stages:
  make:
    kind: shell
    with: { command: "echo $A > out/x", outputs: [x], env: { A: file, B: b } }
  target: { kind: shell, needs: { x: make }, with: { command: cp in/x/x out/y, outputs: [y] } }
target: { board: zedboard }
profiles:
  lab: { stages: { make: { with: { env: { A: lab } } } } }
`;

const ran = projectsThatRan();
const folderThatRan = () => ran({ 'pipeline.yaml': text });
const refusal = async (...set: readonly string[]): Promise<string> => {
  const folder = projectWith({ 'pipeline.yaml': text });
  const { code, error } = await pipeline(folder, 'plan', ...set.flatMap((each) => ['--set', each]));
  expect(code).toBe(2);
  return error;
};

describe('--set', () => {
  it('lays values over the file, as a profile would, and over a profile', async () => {
    const folder = await folderThatRan();
    const why = async (...args: readonly string[]): Promise<string> =>
      (await pipeline(folder, 'why', 'make', ...args)).out;
    expect(await why('--set', 'make.with.env.A=trial')).toContain('file → trial');
    expect(await why('--set', 'make.with.env={A: flow}')).toContain('file → flow');
    expect(await why('--set', 'stages.make.with.env.A="1"')).toContain('file → 1');
    expect(await why('--profile', 'lab', '--set', 'make.with.env.A=both')).toContain('file → both');
    expect(await why('--set', 'make.with.env.A=one', '--set', 'make.with.env.A=two')).toContain('file → two');
    expect(await why('--set', 'make.with.env.B=null')).toContain('env.B');
    expect(await why('--set', 'target.board=pynq-z1')).not.toContain('→');
  });

  it('means the section if a stage has the same name, and the stage behind stages.', async () => {
    expect(await refusal('target.with.command=x')).toBe(
      `error[config/unknown-key]: unknown key "with" in "target"
  --set target.with.command=x
  hint: known: board, clock, boardPart
`,
    );
    const folder = await folderThatRan();
    const { out } = await pipeline(folder, 'why', 'target', '--set', 'stages.target.with.env.A=x');
    expect(out).toContain('target');
  });

  it('shows a mistake as one of the command line', async () => {
    expect(await refusal('make.wiht.env.A=x')).toBe(
      `error[config/unknown-key]: unknown key "wiht" in "stages.make"
  --set make.wiht.env.A=x
  hint: did you mean with?
`,
    );
    expect(await refusal('make.with.outputs=3')).toBe(
      `error[config/wrong-type]: "stages.make.with.outputs" must be a list
  --set make.with.outputs=3
  hint: Files or folders that the command makes in out/.
`,
    );
    expect(await refusal('make.with.env.A=x', 'make.with.outputs=[.x]')).toContain(
      '\n  --set make.with.outputs=[.x]\n',
    );
  });

  it.each([
    ['make.with.env.A', 'it gives no value', 'PATH=VALUE, such as build.with.x=3; null removes a key'],
    ['make.with.env.A=', 'it gives no value', 'PATH=VALUE, such as build.with.x=3; null removes a key'],
    ['make..A=3', '"make..A" is not a path', 'names with dots between them, such as build.with.x'],
    ['maek.with.env.A=3', 'there is no stage and no section "maek"', 'did you mean make?'],
    [
      'make.with.outputs.0=y',
      '"stages.make.with.outputs" is a list',
      'it is replaced as a whole: --set stages.make.with.outputs=[…]',
    ],
  ])('refuses %s', async (set, why, hint) => {
    expect(await refusal(set)).toBe(`error[usage/bad-set]: --set ${set}: ${why}\n  hint: ${hint}\n`);
  });

  it('refuses a value that is no YAML', async () => {
    expect(await refusal('make.with.env.A=[')).toContain('error[usage/bad-set]: --set make.with.env.A=[: ');
    expect(await refusal('make.with.env.A=*a')).toContain('there is no anchor &a above');
  });
});

describe('a run with --set is a trial', () => {
  it('and leaves the results of the file current', async () => {
    const folder = await folderThatRan();
    const currentOfFile = (): ReadonlySet<string> =>
      openLedger(layoutOf(folder), null).currentResults((variant) => variant === null);
    const before = currentOfFile();
    expect(before.size).toBe(2);
    const trial = ['--set', 'make.with.env.A=trial'];
    expect((await pipeline(folder, 'run', ...trial)).out).toContain('2 ran');
    expect((await pipeline(folder, 'run', ...trial)).out).toContain('✔ 2 up to date');
    expect(currentOfFile()).toEqual(before);
    expect((await pipeline(folder, 'status')).out).toMatch(/^run of \S+, --set: ok/);
    expect((await pipeline(folder, 'run')).out).toContain('✔ 2 up to date');
  });

  it('that never writes pipeline.lock', async () => {
    const folder = temporaryFolder();
    cpSync('examples/tfc-w2a2', folder, { recursive: true });
    const greedy = '{strategy: greedy, cuts: null}';
    const lock = join(folder, 'pipeline.lock');
    const line = 'pipeline.lock stays as it is: a run with --set is a trial\n';
    const trial = await pipeline(folder, 'run', 'build', '--set', `split.with=${greedy}`);
    expect(trial.error).toBe('');
    expect(trial.out.endsWith(line)).toBe(true);
    expect(existsSync(lock)).toBe(false);
    const text = readFileSync(join(folder, 'pipeline.yaml'), 'utf8');
    writeIn(
      folder,
      'pipeline.yaml',
      text.replace(/with: { strategy: manual.*/, `with: { strategy: greedy }`),
    );
    await pipeline(folder, 'run', 'build');
    const kept = readFileSync(lock, 'utf8');
    const same = await pipeline(folder, 'run', 'build', '--set', 'build.timeout=3 h');
    expect(same.out).not.toContain(line);
    expect(readFileSync(lock, 'utf8')).toBe(kept);
  });
});
