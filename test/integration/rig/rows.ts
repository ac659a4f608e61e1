const files = new Set<string>();

/** Names a file in which a stand-in notes the rows of docs/facts.md that it follows, a row a line. */
export function readRows(file: string): void {
  files.add(file);
}

/** The files that were named in this file of tests. */
export function rowFiles(): readonly string[] {
  return [...files];
}
