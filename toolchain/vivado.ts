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

/** The vendor tools that builds would use. */
export async function findVendorTools(variables: Variables): Promise<VendorTools> {
  const path = variables['PATH'] ?? '';
  const vivado = findOnPath('vivado', path);
  // vitis-run replaced vitis_hls after 2024.2.
  const hls = findOnPath('vitis_hls', path) ?? findOnPath('vitis-run', path);
  return {
    vivado: vivado === null ? null : { path: vivado, version: await versionOf(vivado, variables) },
    hls: hls === null ? null : { path: hls },
  };
}

async function versionOf(vivado: string, variables: Variables): Promise<string | null> {
  const exit = await runTool({ argv: [vivado, '-version'], variables, timeoutMilliseconds });
  // `vivado v2024.2 (64-bit)`, with a capital V before 2023.
  return /^vivado v(\S+)/im.exec(exit.output)?.[1] ?? null;
}

/** Starting it from a network drive takes tens of seconds. */
const timeoutMilliseconds = 60_000;
