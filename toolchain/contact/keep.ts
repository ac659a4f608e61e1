import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesBelow } from '../../base/files-below.ts';

/**
 * Copies what a process of the vendor's tools left in its work directory, before anything of it is judged or deleted: the raw
 * results in `out/raw/` and all reports, and where there are no raw results, all logs. Nothing else, and no file over 64 MB.
 */
export function keepLeft(directory: string, folder: string): void {
  const isLeftOut = (path: string): boolean => path === 'in' || basename(path).startsWith('.');
  const isRaw = existsSync(join(directory, 'out', 'raw'));
  for (const file of filesBelow(directory, '', isLeftOut)) {
    const stat = statSync(join(directory, file), { throwIfNoEntry: false });
    const isWanted = file.startsWith('out/raw/') || /\.rpt$/.test(file) || (!isRaw && /\.log$/.test(file));
    if (!isWanted || stat?.isFile() !== true || stat.size > mostBytes) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(directory, file), join(folder, file));
  }
}

const mostBytes = 64 * 1024 * 1024;
