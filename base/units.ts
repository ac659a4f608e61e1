/** A time in ms for people: `850 ms`, `2.1 s`, `12 min 5 s`, `1 h 20 min`. */
export function duration(milliseconds: number): string {
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time in ms for a clock that people watch: `5 s`, `12 min 5 s`, `1 h 20 min`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
}

/** An expected time in ms, no more exact than it can be: `5 s`, `12 min`, `1 h 20 min`. */
export function roughTime(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number of bytes for people, in powers of 1000: `850 B`, `12.3 kB`, `327 MB`, `1.2 GB`. */
export function byteSize(bytes: number): string {
  let amount = bytes;
  let unit = 'B';
  for (const larger of ['kB', 'MB', 'GB', 'TB']) {
    if (Math.round(amount) < 1000) break;
    amount /= 1000;
    unit = larger;
  }
  const digits = unit === 'B' || amount >= 99.95 ? 0 : 1;
  return `${amount.toFixed(digits)} ${unit}`;
}

/** A frequency in MHz, to six digits: `133.333 MHz`. */
export function megahertz(value: number): string {
  return `${Number(value.toPrecision(6))} MHz`;
}
