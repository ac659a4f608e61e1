/** What is wrong with a node: a clause with the node as its subject, and the way out. */
export interface Complaint {
  readonly what: string;
  readonly hint: string;
}
