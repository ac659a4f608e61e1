import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { acquireLock, lockState } from '../base/lock.ts';
import { diagnosticsOf } from '../base/refusal.ts';
import { removeTree } from '../base/remove-tree.ts';
import { shownPath } from '../base/shown-path.ts';
import { counted } from '../base/text.ts';
import { duration } from '../base/units.ts';
import type { Fit } from '../images/fit.ts';
import type { Inference, Progress } from '../inference/infer.ts';
import { infer as inferImages } from '../inference/infer.ts';
import { checkNpy } from '../inference/npy.ts';
import type { View } from '../inference/view.ts';
import { viewOf } from '../inference/view.ts';
import type { DeployedNetwork } from './deployed.ts';
import { deployedNetwork } from './deployed.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { Format } from './infer-format.ts';
import { formatOf, written } from './infer-format.ts';
import { withInterruption } from './interrupt.ts';
import { localPaths } from './local-paths.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail } from './options.ts';
import { ownFile } from './own-file.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';

export interface InferOptions extends PlanOptions, Partial<Fit> {
  readonly count?: number;
  readonly batch: number;
  readonly top?: number;
  readonly divideBy?: number;
  readonly format?: Format;
  /** Like the images relative to the current folder. */
  readonly output?: string;
  readonly force?: boolean;
  readonly stage?: string;
}

/** `pipeline infer IMAGES…`: runs images through the deployed network and writes what it returns. */
export async function infer(names: readonly string[], options: InferOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const refused = (diagnostics: readonly Diagnostic[]): ExitCode =>
    refusal(diagnostics, options, environment);
  const format = formatOf(options, environment.out.isTerminal);
  const wrong = wrongOutput(format, options);
  if (wrong !== null) return refused([wrong]);
  const opened = await openProject(environment, options);
  if (!opened.ok) return refused(opened.diagnostics);
  const strange = await (await import('./trust.ts')).distrust(opened.value.layout);
  if (strange !== null) return refused([strange]);
  const network = await deployedNetwork(options.stage, opened.value, environment);
  if (!network.ok) return refused(network.diagnostics);
  const { lock } = opened.value.layout;
  // The lock of a killed run stays: the next run cleans up after it.
  const claim = lockState(lock) === 'dead' ? null : acquireLock(lock);
  if (claim?.type === 'taken') return refused([working(claim.by)]);
  try {
    return await withInterruption((signal) =>
      inferOn(network.value, names, format, options, opened.value, environment, signal),
    );
  } catch (error) {
    return refused(diagnosticsOf(error));
  } finally {
    claim?.release();
  }
}

async function inferOn(
  network: DeployedNetwork,
  names: readonly string[],
  format: Format,
  options: InferOptions,
  { plan, layout }: Project,
  environment: Environment,
  signal: AbortSignal,
): Promise<ExitCode> {
  const host = mkdtempSync(join(tmpdir(), 'pipeline-host-'));
  let view: View | null = null;
  try {
    for (const { path, bytes } of network.host) {
      mkdirSync(dirname(join(host, path)), { recursive: true });
      writeFileSync(join(host, path), bytes);
    }
    const inference = await inferImages({
      receipts: network.receipts,
      host,
      world: { ...localPaths(layout), tools: plan.tools, board: null, boards: plan.cluster },
      paths: names.map((name) => ({ name, path: resolve(name) })),
      images: {
        fit: { resize: options.resize ?? null, crop: options.crop ?? null },
        divisor: options.divideBy ?? null,
        jpegDecoder: fileURLToPath(ownFile('jpeg-decoder.wasm')),
      },
      count: options.count ?? null,
      batch: options.batch,
      onOutputs(outputs) {
        view = viewOf(outputs, network.classes, options.top ?? null);
        if (format === 'npy') checkNpy(view);
      },
      onProgress: (progress) => showProgress(progress, environment),
      elapsed: environment.elapsed,
      signal,
    });
    return ending(inference, view, format, options, environment, signal);
  } finally {
    removeTree(host);
  }
}

function ending(
  { results, progress, problems }: Inference,
  view: View | null,
  format: Format,
  options: InferOptions,
  environment: Environment,
  signal: AbortSignal,
): ExitCode {
  const { error, out } = environment;
  const { output, json } = options;
  // Before the results, which may go to the same terminal.
  if (error.isLive) error.pass('\r\u001b[K');
  if (view !== null && results.length > 0) {
    const made = written(format, results, view, progress.emulated);
    if (output !== undefined) writeFileSync(resolve(output), made);
    else out.write(String(made));
  }
  if (json !== true) error.write(`${summary(progress, output)}\n`);
  if (signal.aborted) return 130;
  return problems.length === 0 ? 0 : refusal(problems, options, environment);
}

function refusal(
  diagnostics: readonly Diagnostic[],
  { json }: Pick<InferOptions, 'json'>,
  environment: Environment,
): ExitCode {
  const code = fail(diagnostics, json === true, environment);
  return diagnostics.some((diagnostic) => diagnostic.code.startsWith('infrastructure/')) ? 3 : code;
}

function summary({ done, all, seconds, emulated }: Progress, output: string | undefined): string {
  const count = done === all ? counted(all, 'image') : `${done} of ${counted(all, 'image')}`;
  const where = output === undefined ? '' : `, written to ${shownPath(output)}`;
  return `${emulated ? 'EMULATED: ' : ''}${count} in ${duration(1000 * seconds)}${where}`;
}

function showProgress({ done, all, seconds, emulated }: Progress, { error }: Environment): void {
  if (!error.isLive) return;
  const rate = seconds > 0 ? `, ${(done / seconds).toFixed(1)} images/s` : '';
  error.pass(`\r\u001b[K${emulated ? 'EMULATED: ' : ''}${done} of ${all} images${rate}`);
}

function wrongOutput(format: Format, { output, force, json }: InferOptions): Diagnostic | null {
  if (output === undefined)
    return format === 'npy'
      ? problem('usage/no-output', 'a .npy file cannot be shown', { hint: 'name a file with --output' })
      : json === true && format !== 'json'
        ? problem('usage/no-output', `--json and --format ${format} both write to the same place`, {
            hint: 'leave one out, or name a file with --output',
          })
        : null;
  if (force === true || !existsSync(resolve(output))) return null;
  return problem('usage/file-exists', `${shownPath(output)} already exists`, {
    hint: 'use --force to overwrite it, or name another file',
  });
}

function working({ pid, host }: { readonly pid: number; readonly host: string }): Diagnostic {
  return problem(
    'infrastructure/locked',
    `a pipeline run (process ${pid} on ${host}) is working in this project`,
    {
      hint: 'wait for it: it may be deploying another network',
    },
  );
}
