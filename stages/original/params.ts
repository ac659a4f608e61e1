import { imageParams } from '../shared/image-params.ts';

export const schema = {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: imageParams,
} as const;

/** The parameters of the work. */
export interface OriginalJob {
  /** How many of the images are run. */
  readonly count: number;
}
