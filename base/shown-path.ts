/**
 * A path, or any other name that a program chose, for a message on one line: in quotes and escaped if it holds control
 * characters, line ends, or characters that change the direction of the text.
 */
export function shownPath(path: string): string {
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return path;
  return JSON.stringify(path).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As `shownPath`, for a name that is not UTF-8: bytes outside of ASCII are shown as `\xff`. */
export function shownBytes(name: Uint8Array): string {
  const text = Array.from(name, (byte) =>
    byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte),
  );
  return `"${text.join('')}"`;
}
