import { randomFillSync } from 'node:crypto';

/**
 * Hexadecimal digits from a random source, two for each byte. The source is asked for many at once: each question takes as long as
 * writing a file, and every action needs several names that no one can know.
 */
export function randomHex(bytes: number): string {
  if (at + bytes > pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const digits = pool.toString('hex', at, at + bytes);
  // What was given away is not kept.
  pool.fill(0, at, at + bytes);
  at += bytes;
  return digits;
}

const pool = Buffer.alloc(1024);
let at = pool.length;
