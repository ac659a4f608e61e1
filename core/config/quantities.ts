import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { Registry } from '../contracts/registry.ts';
import type { ConfigDocument } from './document.ts';
import type { Path } from './nodes.ts';
import type { WrittenStages } from './references.ts';

/** Values with a unit that have the right form, and that nothing can have: no time, no memory, a clock that no board makes. */
export function impossibleQuantities(
  stages: WrittenStages,
  document: ConfigDocument,
  { boards }: Pick<Registry, 'boards'>,
): readonly Diagnostic[] {
  const { resources, target } = document.value;
  const amounts: readonly (readonly [Path, unknown])[] = [
    [['resources', 'memory'], memberOf(resources, 'memory')],
    ...Object.entries(stages).flatMap(([name, { timeout, uses }]): readonly (readonly [Path, unknown])[] => [
      [['stages', name, 'timeout'], timeout],
      [['stages', name, 'uses', 'memory'], uses?.['memory']],
    ]),
  ];
  const none = amounts.flatMap(([path, text]) =>
    typeof text === 'string' && Number.parseFloat(text) === 0
      ? [refused(path, text, 'must be more than 0', document)]
      : [],
  );
  return [...none, ...impossibleClock(isJsonObject(target) ? target : {}, document, boards)];
}

function impossibleClock(
  { clock, board = defaultBoard }: JsonObject,
  document: ConfigDocument,
  boards: Registry['boards'],
): readonly Diagnostic[] {
  if (typeof clock !== 'string' || typeof board !== 'string') return [];
  const range = boards.get(board)?.clockMHz;
  if (range === undefined) return [];
  const { least, most } = range;
  const megahertz = Number.parseFloat(clock);
  if (megahertz >= least && megahertz <= most) return [];
  const must = `must be ${least} to ${most} MHz, which is what the clock manager of a ${board} can make`;
  return [refused(['target', 'clock'], clock, must, document)];
}

/** The board type of a file that names none. */
export const defaultBoard = 'zedboard';

function refused(path: Path, text: string, must: string, document: ConfigDocument): Diagnostic {
  const place = document.place(path);
  return problem('config/bad-value', `"${path.join('.')}" is ${text}, ${must}`, { place });
}

function memberOf(section: unknown, name: string): unknown {
  return isJsonObject(section) ? section[name] : undefined;
}
