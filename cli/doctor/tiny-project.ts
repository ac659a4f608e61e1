import { copyFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipelineFile } from '../../core/state/layout.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { WrittenTools } from '../../toolchain/tools.ts';
import { ownFile } from '../own-file.ts';

/** What the smallest network is built for, and with. */
export interface Build {
  readonly board: string;
  readonly boardPart: string | null;
  /** `2024.2`. */
  readonly version: string;
  /** The folder that relative paths in `tools` start from. */
  readonly origin: string;
  readonly tools: Plan['tools'];
}

/** Writes a project of the smallest network into an empty folder; it finds the tools where another project says they are. */
export function writeTinyProject(folder: string, { board, boardPart, version, origin, tools }: Build): void {
  for (const file of ['model.onnx', 'specialize.json'])
    copyFileSync(ownFile(`smallest/${file}`), join(folder, file));
  // The section matches its schema, which the type is derived from.
  const { finn = {}, vivado = {} } = tools as WrittenTools;
  const at = (path: string): string => resolve(origin, path);
  if (vivado.init !== undefined) copyFileSync(at(vivado.init), join(folder, initFile));
  const file = {
    version: 1,
    tools: {
      finn: {
        ...finn,
        ...(finn.python === undefined ? {} : { python: at(finn.python) }),
        ...(finn.deps === undefined ? {} : { deps: at(finn.deps) }),
      },
      vivado: {
        ...vivado,
        ...(vivado.path === undefined ? {} : { path: vivado.path.map(at) }),
        ...(vivado.boards === undefined ? {} : { boards: at(vivado.boards) }),
        ...(vivado.init === undefined ? {} : { init: initFile }),
      },
    },
    // FINN's own check of the graph shows nothing about Vivado.
    toolchain: { frontend: 'embedded', backend: 'vivado', vivado: version, 'cross-check': false },
    target: { board, ...(boardPart === null ? {} : { boardPart }) },
    stages: {
      preprocess: { kind: 'finn/preprocess', with: { model: 'model.onnx', specialize: 'specialize.json' } },
      estimate: { kind: 'finn/estimate', needs: { model: 'preprocess' } },
      split: { kind: 'split', needs: { model: 'estimate' }, with: { strategy: 'manual', cuts: [] } },
      build: { kind: 'finn/build', foreach: 'split.submodels' },
      package: { kind: 'package', foreach: 'build.bitstreams' },
    },
  };
  // JSON is YAML.
  writeFileSync(join(folder, pipelineFile), `${JSON.stringify(file, null, 2)}\n`);
}

const initFile = 'Vivado_init.tcl';
