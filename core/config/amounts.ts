import type { JsonObject } from '../../base/json.ts';
import type { Amounts } from '../contracts/plan.ts';

/** Amounts as a file writes them: `memory` with its unit, anything else as a number. */
export interface WrittenAmounts {
  readonly [resource: string]: number | string;
}

/** JSON Schema of amounts of resources. */
export function amountsSchema(description: string): JsonObject {
  return {
    type: 'object',
    description,
    propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
    properties: {
      cores: { type: 'integer', minimum: 1 },
      memory: {
        type: 'string',
        pattern: '^\\d+(\\.\\d+)?\\s*(MB|GB|TB)$',
        description: 'Such as 500 MB or 64 GB.',
      },
    },
    additionalProperties: { type: 'integer', minimum: 1 },
  };
}

/** Amounts in cores, bytes and seats; the schema of the file guarantees their form. */
export function amountsOf(written: WrittenAmounts = {}): Amounts {
  return Object.fromEntries(
    Object.entries(written).map(([name, amount]) => [
      name,
      typeof amount === 'number' ? amount : bytesOf(amount),
    ]),
  );
}

function bytesOf(text: string): number {
  const [, number = '0', unit = 'MB'] = /^([\d.]+)\s*(MB|GB|TB)$/.exec(text) ?? [];
  return Math.round(Number(number) * { MB: 1e6, GB: 1e9, TB: 1e12 }[unit as 'MB' | 'GB' | 'TB']);
}
