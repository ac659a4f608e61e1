import { schema as preprocess } from '../preprocess/params.ts';
import type { PreprocessParams } from '../preprocess/params.ts';

const { model: _model, data: _data, ...properties } = preprocess.properties;

export const schema = { ...preprocess, required: [], properties } as const;

type FinnOptions = NonNullable<PreprocessParams['finn']>;

export type LowerParams = Omit<PreprocessParams, 'data' | 'model'>;

/** The parameters of the work. */
export interface LowerJob {
  readonly part: string;
  readonly preset: NonNullable<FinnOptions['preset']> | null;
  readonly steps: readonly string[] | null;
  readonly standalone_thresholds: boolean;
}
