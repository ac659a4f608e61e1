/** The parts of a schema of a mapping that say which values its keys take. */
interface MappingSchema {
  readonly properties?: { readonly [key: string]: ValueSchema };
  readonly additionalProperties?: boolean | ValueSchema;
}

interface ValueSchema {
  readonly type?: unknown;
  readonly maximum?: number;
}

/**
 * The line that whoever gave one value in place of a mapping may have meant, such as `limits: {LUT: 0.7, DSP: 0.7}`: the value
 * for each key of the schema that takes one like it. Null if none does.
 */
export function onePerKey(name: string, value: unknown, schema: unknown): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const { properties = {}, additionalProperties } = schema as MappingSchema;
  const keys = Object.entries(properties).filter(([, each]) => takes(each, value));
  const others = typeof additionalProperties === 'object' ? [['NAME', additionalProperties] as const] : [];
  const shown = keys.length > 0 ? keys : others.filter(([, each]) => takes(each, value));
  if (shown.length === 0) return null;
  return `${name}: {${shown.map(([key, each]) => `${key}: ${meant(value, each)}`).join(', ')}}`;
}

function takes({ type }: ValueSchema, value: number | string): boolean {
  return type === typeof value || (type === 'integer' && Number.isInteger(value));
}

/** A share of 70 is one of 70 %. */
function meant(value: number | string, { maximum }: ValueSchema): string {
  const isPercentage = typeof value === 'number' && maximum === 1 && value > 1 && value <= 100;
  return String(isPercentage ? value / 100 : value);
}
