import type { Result } from '../base/result.ts';
import type { Variables } from './home.ts';

/** The release of its Python, and the versions of the packages that matter. */
export type ToolVersions = { readonly python: string; readonly [name: string]: string };

/** A tool that this program installs, as Python packages in an environment of its own. */
export interface Installable {
  /** As in `pipeline toolchain install NAME`; also the name of its folder in the toolchain home. */
  readonly name: 'finn' | 'rtl';
  /** For people, with its version. */
  readonly title: string;
  /** Approximate bytes to download, and in the environment. */
  readonly sizes: { readonly download: number; readonly disk: number };
  /** Whether it pins repositories that are fetched after it. */
  readonly hasDependencies: boolean;
  /** Tries it; returns what is installed, or why it does not work. */
  readonly check: (
    python: string,
    variables: Variables,
    signal: AbortSignal,
  ) => Promise<Result<ToolVersions>>;
}
