import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionEvent } from '../../../core/contracts/events.ts';
import { readRows } from './rows.ts';
import { recordsOf } from '../../rig/records.ts';
import { pipeline } from '../../rig/command.ts';
import { parseEvents } from '../../rig/events.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const standIns = join(root, 'test', 'fake-tools');

/** A project that builds through FINN and stand-ins for the vendor's tools. */
export interface VivadoProject {
  readonly folder: string;
  readonly run: (...targets: readonly string[]) => Promise<readonly ExecutionEvent[]>;
  readonly setFaults: (text: string) => void;
  /** Sets a file beside the stand-ins, such as `store`; null removes it. */
  readonly setTool: (name: string, text: string | null) => void;
  readonly write: (file: string, text: string) => void;
  /** `vivado`: more of tools.vivado. */
  readonly describe: (text: string, vivado?: string) => void;
  readonly setIn: (file: string, layer: string, attribute: string, value: number) => void;
  readonly digests: () => Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Lays out the project: the example's files, FINN's Python, and tools of its own that can be told to fail. */
export function vivadoProject(folder: string, python: string, text: string, example: string): VivadoProject {
  cpSync(join(root, 'examples', example), join(folder, 'network'), { recursive: true });
  const tools = join(folder, 'tools');
  mkdirSync(join(folder, 'deps', 'finn-hlslib'), { recursive: true });
  mkdirSync(tools);
  for (const name of ['vivado', 'vitis_hls', 'vitis-run', 'lib'])
    symlinkSync(join(standIns, name), join(tools, name));
  const describe = (described: string, vivado = ''): void => {
    writeFileSync(join(tools, 'rows'), '');
    readRows(join(tools, 'rows'));
    const where = `tools: {finn: {python: '${python}', deps: deps}, vivado: {path: [tools], ${vivado}}}\n`;
    writeFileSync(join(folder, 'pipeline.yaml'), `version: 1\n${where}${described}`);
  };
  describe(text);
  return {
    folder,
    describe,
    async run(...targets) {
      const { out, error } = await pipeline(folder, 'run', '--json', ...targets);
      if (out === '') throw new Error(error);
      return parseEvents(out);
    },
    setFaults(faults) {
      writeFileSync(join(tools, 'faults'), faults);
    },
    setTool(name, text) {
      if (text === null) rmSync(join(tools, name));
      else writeFileSync(join(tools, name), text);
    },
    write(file, text) {
      writeFileSync(join(folder, file), text);
    },
    setIn(file, layer, attribute, value) {
      const path = join(folder, file);
      const parsed = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, number>>;
      parsed[layer]![attribute] = value;
      writeFileSync(path, JSON.stringify(parsed));
    },
    digests() {
      return Object.fromEntries(
        Object.entries(recordsOf(folder)).map(([label, { outputs }]) => [
          label,
          Object.fromEntries(Object.entries(outputs).map(([port, artifact]) => [port, artifact.digest])),
        ]),
      );
    },
  };
}
