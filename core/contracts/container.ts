/** The programs that can run a container. A job of a killed run is looked for in all of them. */
export const containerEngines = ['docker', 'podman'] as const;

/** A container for the processes of a job. */
export interface Container {
  readonly engine: (typeof containerEngines)[number];
  readonly image: string;
  /** Absolute folders that the job reads in addition to its work directory. */
  readonly folders: readonly string[];
}
