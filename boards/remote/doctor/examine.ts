import { Refusal } from '../../../base/refusal.ts';
import { boardType } from '../../data.ts';
import { asRoot } from '../as-root.ts';
import { acceptsFiles } from '../copy.ts';
import type { Login, RemoteShell } from '../shell.ts';
import { openRemoteShell } from '../shell.ts';
import { checkFabric } from './fabric.ts';
import type { Finding } from './facts.ts';
import { readFacts } from './facts.ts';
import { doctorScript } from './script.ts';
import { checkServer } from './server.ts';
import { checkSystem } from './system.ts';

/**
 * All findings on a board of a type of the board table, without any change to it. Refuses only if ssh cannot be used, as
 * `sshFailure` does.
 */
export async function examineBoard(login: Login, type: string): Promise<readonly Finding[]> {
  const shell = await openRemoteShell(login);
  try {
    const { output } = await shell.run(doctorScript(await rootOrNull(shell)), answerSeconds);
    const facts = readFacts(output);
    const hasSftp = await acceptsFiles(shell);
    return [
      ...checkSystem(facts, output, type),
      ...checkFabric(facts, boardType(type).crystalMegahertz),
      ...checkServer(facts, login.ssh, hasSftp),
    ];
  } finally {
    await shell.close();
  }
}

/** The server's self-test takes a while on a slow processor. */
const answerSeconds = 120;

async function rootOrNull(shell: RemoteShell): Promise<string | null> {
  try {
    return await asRoot(shell);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'boards/not-root') return null;
    throw error;
  }
}
