import type { Log } from '../../vivado/log.ts';

/** What a build left behind, as `keep.ts` keeps it: texts by their paths, and the bitstream. */
export interface Left {
  readonly board: string;
  readonly part: string;
  /** `2024.2`. */
  readonly version: string;
  readonly texts: ReadonlyMap<string, string>;
  /** The `.bit` file; null if none was made. */
  readonly bit: Uint8Array | null;
}

/** The text of the file of this name in the results of a step; null if it left none. */
export function resultOf({ texts }: Left, step: 'probe' | 'build', name: string): string | null {
  return texts.get(`${step}/out/raw/${name}`) ?? null;
}

/** The logs of the runs of synthesis and implementation. */
export function runLogs({ texts }: Left): readonly Log[] {
  const prefix = 'build/out/raw/runs/';
  return [...texts]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, text]) => ({ name: path.slice(prefix.length).replace(/\.log$/, ''), text }));
}

/** Texts of the files whose paths match. */
export function textsAt({ texts }: Left, path: RegExp): readonly string[] {
  return [...texts].filter(([name]) => path.test(name)).map(([, text]) => text);
}
