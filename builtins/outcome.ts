import type { BuiltinResult, Diagnostic } from '../core/types.ts';
import { Refusal, Refusals } from '../onnx/refusal.ts';

/** Runs a builtin's body and turns refused inputs into diagnostics; other exceptions are bugs and pass through. */
export async function refusing(body: () => Promise<BuiltinResult>): Promise<BuiltinResult> {
  try {
    return await body();
  } catch (error) {
    return { ok: false, diagnostics: diagnosticsOf(error) };
  }
}

/** Refused inputs as diagnostics; other exceptions are thrown again. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof Refusal) return [diagnosticOf(error)];
  if (error instanceof Refusals) return error.problems.map(diagnosticOf);
  throw error;
}

function diagnosticOf({ code, message, hint, at }: Refusal): Diagnostic {
  const optional = { ...(hint === undefined ? {} : { hint }), ...(at === undefined ? {} : { at }) };
  return { code, severity: 'error', message, ...optional };
}
