import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import { counted } from '../../../base/text.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { phantomUrams } from '../../../finn/synthesis/phantom-memory.ts';

/** One warning if FINN estimates UltraRAM where there is none, which a split does not count. */
export function phantomWarnings(graph: HardwareGraph, part: string): readonly Diagnostic[] {
  const layers = phantomUrams(graph, part);
  if (layers.length === 0) return [];
  const figures = layers.map(({ layer, urams }) => `${urams} for ${layer}`).join(', ');
  const total = layers.reduce((sum, { urams }) => sum + urams, 0);
  return [
    warning(
      'fold/phantom-uram',
      `FINN estimates ${counted(total, 'URAM')} (${figures}) for weights in the code of layers (mem_mode internal_embedded), which never are in URAM: a split counts none`,
      { hint: 'mem_mode internal_decoupled keeps weights in a memory whose kind ram_style chooses' },
    ),
  ];
}
