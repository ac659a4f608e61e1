import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from './command.ts';
import type { Circumstances, Ending } from './command.ts';
import type { Ground } from './ground.ts';
import { logged } from './log.ts';
import type { Tree } from './tree.ts';
import { treeOf } from './tree.ts';

/** A stage that runs a shell command. */
export interface ShellStage {
  /** What it logs itself as. */
  readonly tag: string;
  readonly body: string;
  readonly outputs: readonly string[];
  readonly needs?: { readonly [port: string]: string };
  readonly inputs?: readonly string[];
  readonly after?: readonly string[];
  readonly env?: { readonly [name: string]: string };
}

/** Other keys of pipeline.yaml, and stages of other kinds. */
export interface Rest {
  readonly stages?: { readonly [name: string]: unknown };
  readonly [key: string]: unknown;
}

/**
 * Writes pipeline.yaml (as JSON, which is YAML). It has a profile `look` in which one more stage copies every artifact of
 * the visible shell stages to a folder outside: the only way to see a result that does not depend on the layout of a store.
 */
export function writePipeline(
  ground: Ground,
  stages: { readonly [name: string]: ShellStage },
  rest: Rest = {},
  visible: readonly string[] = Object.keys(stages),
): void {
  const shell = Object.fromEntries(
    Object.entries(stages).map(([name, { tag, body, outputs, inputs, env, needs, after }]) => [
      name,
      {
        kind: 'shell',
        with: {
          command: logged(ground.log, tag, body),
          outputs,
          ...(inputs === undefined ? {} : { inputs }),
          ...(env === undefined ? {} : { env }),
        },
        ...(needs === undefined ? {} : { needs }),
        ...(after === undefined ? {} : { after }),
      },
    ]),
  );
  const ports = visible.flatMap((name) =>
    stages[name]!.outputs.map((port) => [`${name}-${port}`, `${name}.${port}`] as const),
  );
  const look = {
    kind: 'shell',
    with: {
      command: `rm -rf ${seen(ground)}; cp -R in ${seen(ground)}; echo seen > out/seen`,
      inputs: [nonce],
      outputs: ['seen'],
    },
    needs: Object.fromEntries(ports),
  };
  const { stages: others = {}, ...keys } = rest;
  writeFileSync(
    join(ground.project, 'pipeline.yaml'),
    `${JSON.stringify({ version: 1, ...keys, stages: { ...others, ...shell }, profiles: { look: { stages: { look } } } }, null, 1)}\n`,
  );
}

/** What is kept as the result of every shell stage, by stage and port; or how the attempt to see it ended. */
export async function lookAt(
  ground: Ground,
  { jobs, ...circumstances }: Circumstances & { readonly jobs?: number } = {},
): Promise<{ readonly tree: Tree } | { readonly ending: Ending }> {
  rmSync(seen(ground), { recursive: true, force: true });
  writeFileSync(join(ground.project, nonce), `${process.hrtime.bigint()}`);
  const ending = await pipeline(
    ground,
    ['run', 'look', '--profile', 'look', ...(jobs === undefined ? [] : ['-j', `${jobs}`])],
    circumstances,
  );
  rmSync(join(ground.project, nonce), { force: true });
  if (ending.code !== 0) return { ending };
  const tree = Object.entries(treeOf(seen(ground))).filter(
    ([path]) => !path.startsWith('files/') && path !== 'params.json',
  );
  return { tree: Object.fromEntries(tree) };
}

/** pipeline.yaml as it is now. */
export function pipelineText({ project }: Ground): string {
  return readFileSync(join(project, 'pipeline.yaml'), 'utf8');
}

const nonce = 'look-nonce';

function seen({ folder }: Ground): string {
  return join(folder, 'seen');
}
