export interface Fact {
  readonly belief: string;
  readonly mark: string;
  readonly source: string;
}
/** The rows of docs/facts.md, by id; throws on a table row of another form. */
export function parseFacts(text: string): ReadonlyMap<string, Fact>;
/** What test/facts.json holds of a row: its mark and the digest of its source. */
export function recordOf(fact: Fact): readonly [mark: string, source: string];
