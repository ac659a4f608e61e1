import { canonicalName } from './pip-output.ts';

/** The Python and the machine that a wheel must fit. */
export interface WheelTarget {
  /** `3.11.7`. */
  readonly version: string;
  /** Python's `sys.platform`. */
  readonly platform: string;
  /** Python's `platform.machine()`. */
  readonly machine: string;
}

/**
 * The sha256 of every known wheel of a pin (`name==version`) for the target; `hashes` is the text of the hash file, which has
 * a line for each wheel, as sha256sum writes it. A wheel for several releases of Python counts for each.
 */
export function hashesOf(pin: string, hashes: string, target: WheelTarget): readonly string[] {
  const [name = '', version = ''] = pin.split('==');
  return hashes.split('\n').flatMap((line) => {
    const [hash = '', wheel = ''] = line.split('  ');
    const [itsName = '', itsVersion = '', ...tags] = wheel.replace(/\.whl$/, '').split('-');
    const isThis = canonicalName(itsName) === canonicalName(name) && isSameVersion(itsVersion, version);
    return isThis && fits(tags, target) ? [hash] : [];
  });
}

/** `1.17` and `1.17.0` are one version. */
function isSameVersion(a: string, b: string): boolean {
  const shortest = (version: string): string => version.replace(/(\.0)+(?=\+|$)/, '');
  return shortest(a) === shortest(b);
}

/** Leaves the choice between wheels for one machine, such as those for different versions of glibc, to pip. */
function fits(tags: readonly string[], { version, platform, machine }: WheelTarget): boolean {
  const [python = '', abi = '', system = ''] = tags.slice(-3);
  const own = `cp${version.split('.').slice(0, 2).join('')}`;
  const isOfPython = abi === 'abi3' || python.split('.').some((tag) => tag === own || tag === 'py3');
  const family = platform === 'darwin' ? 'macosx' : 'linux';
  const isOfMachine = system.includes(family) && (system.includes(machine) || system.includes('universal2'));
  return isOfPython && (system === 'any' || isOfMachine);
}
