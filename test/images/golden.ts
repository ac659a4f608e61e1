import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import type { ReadJpeg } from '../../images/jpeg.ts';
import { startJpeg } from '../../images/jpeg.ts';
import { root } from '../rig/sources.ts';

/** Image files, and the digests of what Pillow makes of them; test/golden/images.py writes them. */
export const golden = JSON.parse(readFileSync(join(root, 'test/golden/images.json'), 'utf8')) as {
  readonly files: {
    readonly [name: string]: {
      readonly file: string;
      readonly size: readonly [number, number];
      readonly RGB: string;
      readonly L: string;
    };
  };
  readonly pictures: {
    readonly [mode in 'RGB' | 'L']: { readonly size: readonly [number, number]; readonly samples: string };
  };
  readonly resizes: readonly {
    readonly picture: 'RGB' | 'L';
    readonly size: readonly [number, number];
    readonly digest: string;
  }[];
};

export function fileOf(name: string): Buffer {
  const { file } = golden.files[name]!;
  return Buffer.from(file, 'base64');
}

export function jpegReader(): Promise<ReadJpeg> {
  return startJpeg(readFileSync(join(root, 'node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm')));
}

export function digestOf(samples: Uint8Array): string {
  return sha256(samples);
}
