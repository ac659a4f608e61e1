import { diagnosticsOf } from '../../base/refusal.ts';
import { failure } from '../../base/result.ts';
import type { WorkResult } from '../../core/contracts/types.ts';

/** Runs the body of a work and turns refused inputs into its result; other exceptions are bugs and pass through. */
export async function refusing(body: () => Promise<WorkResult>): Promise<WorkResult> {
  try {
    return await body();
  } catch (error) {
    return failure(...diagnosticsOf(error));
  }
}
