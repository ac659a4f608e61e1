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
    switch (CST.tokenType(token)) {
      case 'flow-map-start':
      case 'flow-seq-start':
        brackets += 1;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        brackets -= 1;
        break;
      case 'seq-item-ind':
        dashes += 1;
        break;
      case 'newline':
        dashes = 0;
        break;
      // Marks of the lexer, which are not in the text.
      case 'doc-mode':
      case 'scalar':
      case 'flow-error-end':
        continue;
    }
    if (brackets + dashes > deepestNesting) return offset;
    offset += token.length;
  }
  return null;
}
