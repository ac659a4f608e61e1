import { CST, Lexer } from 'yaml';
import { deepestNesting } from '../../base/nesting.ts';

/**
 * Where a text nests lists and mappings deeper than `deepestNesting`, as an offset; null if it does so nowhere, as far as brackets and
 * dashes show. The parser calls itself for each level, and at tens of thousands of them the whole program ends.
 */
export function tooDeepAt(text: string): number | null {
  let offset = 0;
  let brackets = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    // A mark of the lexer, which is not in the text.
    if (type === 'doc-mode' || type === 'scalar' || type === 'flow-error-end') continue;
    if (type === 'newline') dashes = 0;
    if (type === 'seq-item-ind') dashes += 1;
    if (type === 'flow-map-start' || type === 'flow-seq-start') brackets += 1;
    if (type === 'flow-map-end' || type === 'flow-seq-end') brackets -= 1;
    if (brackets + dashes > deepestNesting) return offset;
    offset += token.length;
  }
  return null;
}
