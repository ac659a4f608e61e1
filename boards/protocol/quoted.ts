/** The words of a peer that has not proven the key: printable ASCII in one line, cut to `most` characters. */
export function quoted(text: string, most: number): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length <= most ? plain : `${plain.slice(0, most)}...`;
}
