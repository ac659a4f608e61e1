import { basename } from 'node:path';

/** The progress that a line of pip's output reports. */
export type PipProgress =
  /** The wheel of a package is available or downloading; `size` as pip writes it, null for a file on disk. */
  | { readonly type: 'found'; readonly name: string; readonly size: string | null }
  | { readonly type: 'unpacking'; readonly names: readonly string[] };

/** Why pip failed, as read from its whole output. */
export type PipFailure =
  | { readonly type: 'disk-full' }
  /** `path` is null where pip does not say. */
  | { readonly type: 'not-writable'; readonly path: string | null }
  | { readonly type: 'no-network'; readonly reason: string }
  | { readonly type: 'missing'; readonly requirement: string }
  /** A wheel with another sha256 than the required ones. */
  | { readonly type: 'altered'; readonly requirement: string }
  | { readonly type: 'unknown' };

/** Reads a line of `pip install --progress-bar off`, of pip 23 to 26; null if it reports no progress. */
export function pipProgress(line: string): PipProgress | null {
  const wheel =
    /^(?:Processing|\s*Downloading|\s*Using cached) (\S+)\.whl(?!\S)(?: \(([\d.]+ [kMG]?B)\))?/.exec(line);
  if (wheel !== null) return { type: 'found', name: packageOf(wheel[1] ?? ''), size: wheel[2] ?? null };
  const there = /^Requirement already satisfied: ([\w.-]+)/.exec(line);
  if (there !== null) return { type: 'found', name: canonicalName(there[1] ?? ''), size: null };
  const unpacking = /^Installing collected packages: (.+)/.exec(line);
  return unpacking === null
    ? null
    : { type: 'unpacking', names: (unpacking[1] ?? '').split(', ').map(canonicalName) };
}

/** A package name as pip compares names: `MarkupSafe`, `typing_extensions` → `markupsafe`, `typing-extensions`. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

export function pipFailure(output: string): PipFailure {
  if (/\[Errno (?:28|122)\]|No space left on device/.test(output)) return { type: 'disk-full' };
  const denied = /\[Errno (?:13|30)\][^'\n]*(?:'([^']+)')?/.exec(output);
  if (denied !== null) return { type: 'not-writable', path: denied[1] ?? null };
  const altered = /DO NOT MATCH THE HASHES[^\n]*\n\s+(\S+)/.exec(output)?.[1];
  if (altered !== undefined) return { type: 'altered', requirement: altered };
  const missing = /^ERROR: No matching distribution found for (\S+)/m.exec(output)?.[1];
  const broken = /after connection broken by ['"](.*)['"]: \//.exec(output)?.[1];
  // If an index answered, pip names the versions that it found.
  if (broken !== undefined && (missing === undefined || output.includes('(from versions: none)')))
    return { type: 'no-network', reason: reasonOf(broken) };
  if (missing !== undefined) return { type: 'missing', requirement: missing };
  const lost = /(?:ReadTimeoutError|ProtocolError|ConnectionError|IncompleteRead)\b.*$/m.exec(output)?.[0];
  return lost === undefined ? { type: 'unknown' } : { type: 'no-network', reason: reasonOf(lost) };
}

/** `…/torch-2.13.0%2Bcpu-cp311-….whl` → `torch`. */
function packageOf(wheel: string): string {
  const [name = ''] = basename(wheel).split('-');
  return canonicalName(name);
}

/** The system's or TLS's own message from a chain of Python exceptions. */
function reasonOf(text: string): string {
  return /\[(?:Errno|SSL)[^\]]*\] ([^')"]+)/.exec(text)?.[1]?.trim() ?? text.slice(0, 120);
}
