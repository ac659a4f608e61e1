import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { attempt } from '../base/refusal.ts';
import type { Wanted } from '../vivado/probe.ts';
import { chosenBoardPart, readProbe } from '../vivado/probe.ts';
import { findOnPath } from './search-path.ts';
import type { Variables } from './home.ts';
import { runTool } from './tool-process.ts';

/** A vendor tool on PATH; `version` is null if it did not report one or took too long. */
export interface VendorTool {
  readonly path: string;
  readonly version: string | null;
}

export interface VendorTools {
  readonly vivado: VendorTool | null;
  /** Only searched for: it takes long to start, and has the release of the Vivado beside it. */
  readonly hls: Pick<VendorTool, 'path'> | null;
}

/** The vendor tools that builds would use; `signal` ends those that are asked. */
export async function findVendorTools(variables: Variables, signal: AbortSignal): Promise<VendorTools> {
  const path = variables['PATH'] ?? '';
  const vivado = findOnPath('vivado', path);
  // vitis-run replaced vitis_hls after 2024.2.
  const hls = findOnPath('vitis_hls', path) ?? findOnPath('vitis-run', path);
  return {
    vivado: vivado === null ? null : { path: vivado, version: await versionOf(vivado, variables, signal) },
    hls: hls === null ? null : { path: hls },
  };
}

/** Whether a Vivado can build for a board type: the board part that it would take, or why it has none. */
export interface BoardSupport {
  readonly board: string;
  readonly boardPart: string | null;
  readonly problem: Diagnostic | null;
}

/** How to ask a Vivado, in the surroundings that a build gives it. */
export interface VivadoQuestion {
  readonly program: string;
  /** Absolute path of templates/vivado/probe.tcl. */
  readonly script: string;
  /** An empty folder that it may write to. */
  readonly directory: string;
  readonly variables: Variables;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Asks a Vivado which of these boards it can build for; null if it does not answer within five minutes. */
export async function boardSupport(
  { program, script, directory, variables, signal }: VivadoQuestion,
  boards: readonly Wanted[],
): Promise<readonly BoardSupport[] | null> {
  const parts = [...new Set(boards.map(({ part }) => part))].join(' ');
  await runTool({
    argv: [program, '-mode', 'batch', '-source', script],
    directory,
    variables: { BOARD_FILES: '', ...variables, PROBED_PARTS: parts },
    signal,
    timeoutMilliseconds: 300_000,
  });
  const answer = join(directory, 'probe.txt');
  const probe = existsSync(answer) ? readProbe(readFileSync(answer, 'utf8')) : null;
  if (probe === null) return null;
  return boards.map((wanted) => {
    const chosen = attempt(() => chosenBoardPart(wanted, probe));
    return chosen.ok
      ? { board: wanted.board, boardPart: chosen.value, problem: null }
      : { board: wanted.board, boardPart: null, problem: chosen.diagnostics[0] ?? null };
  });
}

async function versionOf(vivado: string, variables: Variables, signal: AbortSignal): Promise<string | null> {
  const exit = await runTool({ argv: [vivado, '-version'], variables, signal, timeoutMilliseconds });
  // `vivado v2024.2 (64-bit)`, with a capital V before 2023; the scripts that build read it by the same rule.
  return /^vivado .*?\bv(20\d\d\.[\d.]*\d)/im.exec(exit.output)?.[1] ?? null;
}

/** Starting it from a network drive takes tens of seconds. */
const timeoutMilliseconds = 60_000;
