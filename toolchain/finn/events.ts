import type { Installable } from '../installable.ts';
import type { ToolEnvironment } from './locate.ts';

export type InstallStep = 'environment' | 'packages' | 'check' | 'dependencies';

export type InstallOutcome = 'installed' | 'present' | 'failed' | 'interrupted';

/** A repository that FINN pins; `folder` is where it is, null if it could not be had. */
export interface DependencyState {
  readonly name: string;
  readonly commit: string;
  readonly folder: string | null;
}

/** The events of an installation, as plain JSON; `at` in ms since 1970. */
export type InstallEvent = { readonly at: number } & (
  | {
      readonly type: 'install-started';
      readonly tool: Installable['name'];
      readonly folder: string;
      /** The Python used to make the environment. */
      readonly python: { readonly path: string; readonly version: string };
      /** Approximate number of bytes; 0 from a wheelhouse. */
      readonly download: number;
      readonly disk: number;
    }
  /** Another process installs the same. */
  | { readonly type: 'install-waiting'; readonly pid: number }
  | { readonly type: 'step-started'; readonly step: InstallStep }
  /** The wheel of the nth package is found; `size` as pip writes it, null where nothing is to be loaded. */
  | {
      readonly type: 'package-found';
      readonly done: number;
      readonly total: number;
      readonly name: string;
      readonly size: string | null;
    }
  | { readonly type: 'packages-unpacking'; readonly names: readonly string[] }
  | ({ readonly type: 'dependency-installed' } & DependencyState)
  | { readonly type: 'step-finished'; readonly step: InstallStep; readonly milliseconds: number }
  | {
      readonly type: 'install-finished';
      readonly outcome: InstallOutcome;
      readonly environment: ToolEnvironment | null;
      /** The dependencies that are missing. */
      readonly missing: readonly string[];
      readonly milliseconds: number;
    }
);

/** Reports an event; its time is added. */
export type Report = (event: Untimed<InstallEvent>) => void;

type Untimed<Event> = Event extends unknown ? Omit<Event, 'at'> : never;
