import type { ListrTask } from 'listr2';
import { Listr } from 'listr2';
import { jsonLine } from '../reporters/json.ts';
import type { Terminal } from '../reporters/reporter.ts';
import { byteSize, duration } from '../base/units.ts';
import { clipped } from '../base/text.ts';
import { styled } from '../reporters/style.ts';
import type { InstallEvent, InstallStep } from '../toolchain/finn/events.ts';
import type { ToolVersions } from '../toolchain/installable.ts';
import { finnTool } from '../toolchain/finn/tool.ts';
import { rtlTool } from '../toolchain/rtl/tool.ts';

/** A view of an installation. `finish` resolves when everything has been shown. */
export interface InstallDisplay {
  readonly report: (event: InstallEvent) => void;
  readonly finish: () => Promise<void>;
}

/** One JSON object a line, or a live list on a terminal, or plain lines. */
export function installDisplay(isJson: boolean, terminal: Terminal): InstallDisplay {
  if (isJson)
    return {
      report(event) {
        terminal.write(jsonLine(event));
      },
      finish: () => Promise.resolve(),
    };
  return terminal.isLive ? liveDisplay(terminal) : plainDisplay(terminal);
}

/** `FINN+ 1.6.1, qonnx 1.0.0, Python 3.11.7`. */
export function versionsLine(versions: ToolVersions): string {
  return packages
    .filter(([key]) => versions[key] !== undefined)
    .map(([key, name]) => `${name} ${versions[key] ?? ''}`)
    .join(', ');
}

const packages = [
  ['finnPlus', 'FINN+'],
  ['qonnx', 'qonnx'],
  ['verilator', 'Verilator'],
  ['python', 'Python'],
] as const;

const titles: Readonly<Record<InstallStep, string>> = {
  environment: 'Python environment',
  packages: 'packages',
  check: 'first start (slow)',
  dependencies: "FINN's own dependencies",
};

function plainDisplay(terminal: Terminal): InstallDisplay {
  return {
    report(event) {
      if (event.type === 'step-started') terminal.write(`${titles[event.step]}\n`);
      else if (event.type === 'step-finished') terminal.write(`  done in ${duration(event.milliseconds)}\n`);
      else terminal.write(progressLine(event, '  ') ?? outerLines(event, terminal));
    },
    finish: () => Promise.resolve(),
  };
}

function liveDisplay(terminal: Terminal): InstallDisplay {
  const { hasColour } = terminal;
  const rows = new Map((Object.keys(titles) as InstallStep[]).map((step) => [step, rowOf(step, hasColour)]));
  let list: Promise<unknown> | null = null;
  let last = '';
  const begin = (): void => {
    const rendererOptions = { collapseErrors: false, showErrorMessage: false };
    const options = { registerSignalListeners: false, fallbackRendererCondition: false, rendererOptions };
    const tasks = [...rows.values()].map(({ task }) => task);
    list = new Listr(tasks, options).run().catch(() => undefined);
  };
  return {
    report(event) {
      const progress = progressLine(event, '');
      if (progress !== null) {
        const step = event.type === 'dependency-installed' ? 'dependencies' : 'packages';
        rows.get(step)?.show(clipped(progress.trimEnd(), terminal.width - 6));
      } else if (event.type === 'step-finished') {
        rows.get(event.step)?.end(event.milliseconds);
      } else if (event.type === 'install-finished') {
        for (const { end } of rows.values()) end(null);
        last = outerLines(event, terminal);
      } else if (event.type !== 'step-started') {
        terminal.write(outerLines(event, terminal));
      } else if (event.step === 'dependencies' && list === null) {
        // There is no list if the environment exists already.
        terminal.write(`${titles.dependencies}\n`);
      }
      // The lines above it are written at the end of this turn.
      if (event.type === 'install-started') setImmediate(begin);
    },
    async finish() {
      await list;
      terminal.write(last);
    },
  };
}

interface Row {
  readonly task: ListrTask;
  /** How long the step took; null if it did not finish. */
  readonly end: (milliseconds: number | null) => void;
  readonly show: (line: string) => void;
}

function rowOf(step: InstallStep, hasColour: boolean): Row {
  let end!: Row['end'];
  const ended = new Promise<number | null>((resolve) => (end = resolve));
  let shown: Parameters<ListrTask['task']>[1] | null = null;
  return {
    end,
    show(line) {
      if (shown !== null) shown.output = line;
    },
    task: {
      title: titles[step],
      async task(_, task) {
        shown = task;
        const milliseconds = await ended;
        if (milliseconds === null) throw new Error(step);
        task.title = `${titles[step]} ${styled('gray', duration(milliseconds), hasColour)}`;
      },
    },
  };
}

/** The progress while packages and dependencies are installed; null for other events. */
function progressLine(event: InstallEvent, indent: string): string | null {
  if (event.type === 'packages-unpacking')
    return `${indent}unpacking ${event.names.length === 1 ? event.names.join('') : `${event.names.length} packages`}\n`;
  if (event.type === 'dependency-installed' && event.folder !== null)
    return `${indent}${event.name} at ${event.commit.slice(0, 12)}\n`;
  if (event.type !== 'package-found') return null;
  const { done, total, name, size } = event;
  return `${indent}${done} of ${total} packages, ${name}${size === null ? '' : ` (${size})`}\n`;
}

/** The text before and after the steps. */
function outerLines(event: InstallEvent, { hasColour }: Terminal): string {
  switch (event.type) {
    case 'install-waiting':
      return `another installation (process ${event.pid}) is already running; waiting for its result\n`;
    case 'install-started': {
      const { tool, python, folder, download, disk } = event;
      const { title } = tool === 'finn' ? finnTool : rtlTool;
      const source = download === 0 ? 'no download' : `about ${byteSize(download)} to download`;
      return `${title} with Python ${python.version}: ${source}, ${byteSize(disk)} on disk\n  with ${python.path}\n  in ${folder}\n`;
    }
    case 'install-finished': {
      const { outcome, environment, milliseconds } = event;
      if (outcome === 'interrupted')
        return `${styled('red', '✖', hasColour)} interrupted; nothing was kept\n`;
      if (environment === null) return '';
      const end = outcome === 'present' ? 'already installed' : `installed in ${duration(milliseconds)}`;
      return `${styled('green', '✔', hasColour)} ${versionsLine(environment.versions)} ${end}\n  ${environment.python}\n`;
    }
    case 'step-started':
    case 'step-finished':
    case 'package-found':
    case 'packages-unpacking':
    case 'dependency-installed':
      return '';
  }
}
