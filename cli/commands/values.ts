import { InvalidArgumentError } from 'commander';
import type { Size } from '../../images/fit.ts';

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('must be a whole number of at least 1.');
  return number;
}

/** A size in pixels; one number for a square. */
export function cropTo(text: string): Size {
  const size = resizeTo(text);
  return typeof size === 'number' ? { width: size, height: size } : size;
}

/** A size in pixels; one number for the shorter side. */
export function resizeTo(text: string): Size | number {
  const [, width, height] = /^([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?$/.exec(text) ?? [];
  if (width === undefined)
    throw new InvalidArgumentError('must be a number of pixels such as 256, or two such as 320x240.');
  return height === undefined ? Number(width) : { width: Number(width), height: Number(height) };
}

/** A whole number of at least 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number of at least 0.');
  return Number(text);
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0)
    throw new InvalidArgumentError('must be a number greater than 0.');
  return number;
}

/** A size such as 10G, in bytes. */
export function byteSize(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([kMGT]?)B?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('must be a size such as 10G or 500M.');
  return Number(number) * 1000 ** ['', 'k', 'M', 'G', 'T'].indexOf(unit);
}

/** A number of days such as 30d, in ms. */
export function days(text: string): number {
  const [, number] = /^(\d+)d$/.exec(text) ?? [];
  // Anything younger may be in use by a run, and is always kept.
  if (number === undefined || Number(number) < 7)
    throw new InvalidArgumentError('must be a number of days of at least 7, such as 30d.');
  return Number(number) * 24 * 3600 * 1000;
}
