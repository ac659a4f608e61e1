import { clipped, displayWidth } from '../base/text.ts';
import type { ActionStatus } from './action-status.ts';
import { remark, statusAfter } from './action-status.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import { collectEnding } from './ending.ts';
import type { Reporter, Terminal } from './reporter.ts';
import { harmless, styled } from './style.ts';
import type { Tree } from './tree-rows.ts';
import { createTree } from './tree-rows.ts';

/** A live tree on a terminal: stages, and below each its actions with the last line of their output. */
export function treeReporter(terminal: Terminal, readLines: ReadLines): Reporter {
  const { hasColour } = terminal;
  // The width of the line without indentation and mark.
  const width = terminal.width - 8;
  const tree = createTree(width);
  const ending = collectEnding(hasColour);
  const after: string[] = [];
  return {
    report(event) {
      const status = statusAfter(event);
      if (status !== null) {
        showIn(tree, status, width, hasColour);
        after.push(...diagnosticsOf(status, readLines, hasColour));
      }
      if (event.type === 'run-started') tree.open(event.stages);
      if (event.type === 'stage-expanded') {
        tree.expand(event.stage, event.actions);
        for (const action of event.actions)
          tree.show(action, `${action} ${styled('gray', 'waiting', hasColour)}`);
      }
      if (event.type === 'action-output') {
        const last = harmless(event.text).replaceAll('\t', ' ').trimEnd().split('\n').at(-1) ?? '';
        if (last !== '') tree.print(event.action, last);
      }
      if (event.type === 'run-finished') tree.close();
      after.push(...ending.after(event));
    },
    async finish() {
      await tree.finished();
      for (const text of after) terminal.write(text);
    },
  };
}

function showIn(tree: Tree, status: ActionStatus, width: number, hasColour: boolean): void {
  const { action, state } = status;
  const text = state === 'ok' ? remark(status) : `${state} ${remark(status)}`.trimEnd();
  // Cut before colours are added, which take no columns.
  const name = clipped(action, width);
  const cut = clipped(text, Math.max(0, width - displayWidth(name) - 1));
  const isGray = state === 'waiting' || state === 'running' || state === 'up to date';
  const title = `${name} ${isGray ? styled('gray', cut, hasColour) : cut}`;
  if (state === 'waiting' || state === 'running') tree.show(action, title);
  else tree.end(action, marks[state], title);
}

const marks = {
  ok: 'ok',
  'up to date': 'ok',
  failed: 'failed',
  'not run': 'not run',
  cancelled: 'not run',
} as const;

/** Errors and warnings, which come below the tree. */
function diagnosticsOf(
  { action, state, diagnostics, directory }: ActionStatus,
  readLines: ReadLines,
  hasColour: boolean,
): readonly string[] {
  const shown = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, readLines, hasColour));
  if (state !== 'failed') return shown;
  return [
    `\n${styled('bold', action, hasColour)} failed\n`,
    ...shown,
    ...(directory === null ? [] : [`  its work directory is kept: ${directory}\n`]),
  ];
}
