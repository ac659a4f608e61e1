import { Refusal } from '../../base/refusal.ts';
import type { Deployment } from '../deployment.ts';
import { readSignedDeployment } from '../deployment.ts';
import type { ClusterKey } from '../keys.ts';
import type { Login } from './shell.ts';
import { openRemoteShell } from './shell.ts';
import { stateFolder } from './survey.ts';

/** The deployment that a board holds; refuses with `board/no-deployment`, and as `readSignedDeployment` does. */
export async function readHeldDeployment(login: Login, key: ClusterKey): Promise<Deployment> {
  const shell = await openRemoteShell(login);
  try {
    const { status, output } = await shell.run(`cat ${stateFolder}/deployment.json`, answerSeconds);
    if (status === 0) return readSignedDeployment(output, `the deployment on ${login.board}`, key);
    throw new Refusal('board/no-deployment', `${login.board} holds no deployment`, 'deploy first');
  } finally {
    await shell.close();
  }
}

const answerSeconds = 30;
