import type { BuiltinResult } from '../../core/contracts/types.ts';
import { diagnosticsOf } from '../../base/refusal.ts';

/** Runs a builtin's body and turns refused inputs into diagnostics; other exceptions are bugs and pass through. */
export async function refusing(body: () => Promise<BuiltinResult>): Promise<BuiltinResult> {
  try {
    return await body();
  } catch (error) {
    return { ok: false, diagnostics: diagnosticsOf(error) };
  }
}
