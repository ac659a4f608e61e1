import { byteSize, duration } from '../base/units.ts';
import type { JsonObject } from '../base/json.ts';
import type { ActionRecord, Cost } from '../core/contracts/types.ts';
import { placesOf } from '../core/saving/places.ts';
import type { Block, ShowContext, Shown } from '../stages/view.ts';

/** Results of a kind without a view of its own: what they say, their outputs, what they took, and where they are saved. */
export function showResults({ own, stage }: ShowContext): Shown {
  const actions = own.results.map(({ label, record }) => ({
    action: label,
    summary: record.summary,
    detail: record.detail,
    outputs: sizesOf(record),
    cost: record.cost ?? null,
  }));
  const rows = actions.flatMap(({ action, outputs, cost }) =>
    outputs.map(({ port, files, bytes }, index) => [
      `${action}.${port}`,
      String(files),
      byteSize(bytes),
      index > 0 || cost === null ? '' : duration(cost.milliseconds),
      index > 0 ? '' : memoryOf(cost),
    ]),
  );
  const said = actions.flatMap(({ action, summary, detail }): readonly Block[] => [
    ...(summary === null && detail.length === 0 ? [] : [text(`${action}: ${summary ?? ''}`)]),
    ...detail.map((line) => text(`  ${line}`)),
  ]);
  return {
    svg: null,
    facts: { actions, saved: stage.save } as unknown as JsonObject,
    blocks: [
      ...said,
      ...(said.length === 0 ? [] : [{ type: 'gap' } as const]),
      {
        type: 'table',
        rows: [['output', 'files', 'size', 'took', 'memory'], ...rows],
        numbers: [1, 2, 3, 4],
        flexible: [0],
      },
      { type: 'gap' },
      text(
        stage.save === null
          ? `pipeline get ${stage.name} copies them into a folder`
          : `saved in ${stage.save}/ after each run`,
      ),
    ],
  };
}

function memoryOf(cost: Cost | null): string {
  const bytes = cost?.peakBytes ?? null;
  return bytes === null ? '' : byteSize(bytes);
}

function sizesOf(record: ActionRecord) {
  const places = placesOf(record);
  return Object.keys(record.outputs).map((port) => {
    const files = places.filter((place) => place.port === port);
    return { port, files: files.length, bytes: files.reduce((sum, { entry }) => sum + entry.size, 0) };
  });
}

function text(line: string): Block {
  return { type: 'text', text: line };
}
