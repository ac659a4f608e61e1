/** The FINN+ whose dialect this program uses. */
export const finnPlusVersion = '1.6.1';

/**
 * Size of the pinned packages in bytes on Linux x86_64 with Python 3.11: the sum of the sizes of their wheels, and `du -s`
 * of the folder after its check, which compiles what it imports.
 */
export const sizes = { download: 327_000_000, disk: 1_340_000_000 } as const;

/** The pins of a requirements file, as `name==version` in the order of the file; comments and empty lines are ignored. */
export function pinsOf(requirements: string): readonly string[] {
  return requirements
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((pin) => pin !== '');
}
