import { isAbsolute, join, resolve } from 'node:path';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The folder for the tools that this program installs, shared between projects: PIPELINE_TOOLCHAIN_HOME, or else
 * `finn-pipeline` in the user's cache folder. `userHome` is the absolute path of the user's home folder.
 */
export function toolchainHome(variables: Variables, userHome: string): string {
  const { PIPELINE_TOOLCHAIN_HOME: named = '', XDG_CACHE_HOME: cache = '' } = variables;
  if (named !== '') return resolve(named);
  // The XDG specification requires ignoring a relative path.
  return join(isAbsolute(cache) ? cache : join(userHome, '.cache'), 'finn-pipeline');
}
