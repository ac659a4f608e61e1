/** A script that prints mounts and where folders that an installation writes to really are, in lines for `forgottenFolder`. */
export const mountsScript = [
  "sed 's/^/mount /' /proc/mounts",
  'for folder in /etc /usr/local /lib /var/lib; do echo "kept $folder $(readlink -f "$folder")"; done',
  '[ ! -d /var/lib/pipeline-board ] || echo "kept /var/lib/pipeline-board $(readlink -f /var/lib/pipeline-board)"',
].join('\n');

/** A folder in memory, where nothing outlasts a reboot. */
export interface ForgottenFolder {
  readonly folder: string;
  /** Type of the filesystem. */
  readonly type: string;
}

/** The first folder of an installation that is in memory, from the output of `mountsScript`; null if all are on a disk. */
export function forgottenFolder(output: string): ForgottenFolder | null {
  const lines = output.split('\n');
  const mounts = lines.flatMap((line) => {
    const [word, , point, type, options] = line.split(' ');
    return word === 'mount' && point !== undefined && type !== undefined
      ? [{ point, type, options: options ?? '' }]
      : [];
  });
  for (const line of lines) {
    const [word, folder, path] = line.split(' ');
    if (word !== 'kept' || folder === undefined || path === undefined) continue;
    const type = typeBelow(mounts, path);
    if (inMemory.includes(type)) return { folder, type };
  }
  return null;
}

interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: string;
}

/** An initial RAM disk that the system never leaves is of type rootfs, or of the two that it can be made of. */
const inMemory: readonly string[] = ['rootfs', 'tmpfs', 'ramfs'];

/** Type of the filesystem of a path, and of an overlay that of what is written; '' if it cannot be determined. */
function typeBelow(mounts: readonly Mount[], path: string): string {
  const around = mounts.filter(
    ({ point }) => point === '/' || path === point || path.startsWith(`${point}/`),
  );
  const depth = Math.max(...around.map(({ point }) => point.length));
  // Of several mounts at one place, the last one covers the others.
  const mount = around.findLast(({ point }) => point.length === depth);
  if (mount?.type !== 'overlay') return mount?.type ?? '';
  const upper = /(?:^|,)upperdir=([^,]+)/.exec(mount.options)?.[1];
  return upper === undefined
    ? ''
    : typeBelow(
        mounts.filter((other) => other !== mount),
        upper,
      );
}
