import type { Diagnostic } from '../../../base/diagnostic.ts';
import { problem } from '../../../base/diagnostic.ts';
import { errorLines, lastLines, licenceLine } from '../../../vivado/log.ts';
import { logIn, signalIn } from './raw.ts';

/** The failure that Vivado's log reports; null if there is no log. */
export async function failureIn(raw: string): Promise<Diagnostic | null> {
  const log = await logIn(raw);
  if (log === '') return null;
  const licence = licenceLine(log);
  if (licence !== null)
    return problem('vivado/no-licence', 'Vivado found no licence', {
      hint: 'set XILINXD_LICENSE_FILE to your licence server or file; everything made before is kept',
      detail: licence,
    });
  const signal = await signalIn(raw);
  if (signal !== null)
    return problem('implement/crashed', `Vivado was ended by signal ${signal}`, {
      hint: 'signal 9 often means that memory ran out; the IP of the layers is kept',
      detail: lastLines(log).join('\n'),
    });
  const errors = errorLines(log);
  return problem('implement/failed', 'synthesis, place or route failed', {
    hint: 'the IP of the layers is kept; another strategy or clock repeats this step only',
    detail: (errors.length === 0 ? lastLines(log) : errors).join('\n'),
  });
}

/** Memories that synthesis left empty, according to its log. */
export function emptyMemories(lines: readonly string[]): Diagnostic {
  return problem(
    'implement/empty-memories',
    `synthesis found ${lines.length} files of memory contents missing; the bitstream would compute wrong results`,
    { hint: 'please report this with the kept work directory', detail: lines.slice(0, 5).join('\n') },
  );
}
