import { LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLError } from 'yaml';

/** A text as YAML 1.2, and its mistakes, in order of the text. */
export interface ParsedYaml {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly mistakes: readonly YAMLError[];
}

/** Parses a text; JSON is YAML too. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    // JSON has no sets, dates or bytes.
    resolveKnownTags: false,
  });
  const mistakes = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  return { document: document, lines, mistakes };
}
