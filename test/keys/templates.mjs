import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', 'templates');

/** By folder of templates/: the digest of the names and contents of its files. */
export function templateDigests() {
  return Object.fromEntries(
    readdirSync(root)
      .sort()
      .map((folder) => {
        const hash = createHash('sha256');
        for (const name of readdirSync(join(root, folder)).sort())
          hash.update(`${name}\0`).update(readFileSync(join(root, folder, name)));
        return [folder, hash.digest('hex')];
      }),
  );
}
