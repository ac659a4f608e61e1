import { randomBytes } from 'node:crypto';
import { Refusal } from '../../base/refusal.ts';
import type { Login } from './ssh-failure.ts';
import { sshFailure } from './ssh-failure.ts';
import type { Tethered } from './tether.ts';

/** What a script on a board gave. */
export interface Answer {
  readonly status: number;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
}

/** Scripts that go to the shell behind an ssh, and their answers, one after the other. */
export interface Dialogue {
  readonly board: string;
  readonly ssh: Tethered;
  /** What the shell writes after each script, so that its answer can be told from what comes next. */
  readonly mark: string;
  /** Resolves when ssh has ended. */
  readonly gone: Promise<void>;
  /** Whether an answer has come. */
  isOpen: boolean;
  failure: Refusal | null;
  waiting: Waiting | null;
  /** Settles with the last script that was given to run. */
  turn: Promise<unknown>;
}

/** Takes what an ssh that runs `sh` prints from now on. */
export function startDialogue(login: Login, ssh: Tethered): Dialogue {
  const dialogue: Dialogue = {
    board: login.board,
    ssh,
    mark: randomBytes(16).toString('hex'),
    gone: ssh.ended.then((ended) => {
      dialogue.failure ??= sshFailure(login, dialogue.isOpen ? 'connected' : 'connecting', ended);
      dialogue.waiting?.fail(dialogue.failure);
    }),
    isOpen: false,
    failure: null,
    waiting: null,
    turn: Promise.resolve(),
  };
  takeAnswers(dialogue);
  return dialogue;
}

/** Runs a script once those before it have ended; see `RemoteShell`. */
export function runScript(dialogue: Dialogue, script: string, deadlineSeconds: number): Promise<Answer> {
  const answer = dialogue.turn.then(() => ask(dialogue, script, deadlineSeconds));
  dialogue.turn = answer.catch(() => undefined);
  return answer;
}

/** Ends ssh, and waits for that. */
export async function closeDialogue(dialogue: Dialogue): Promise<void> {
  const { ssh, board } = dialogue;
  dialogue.failure ??= new Refusal('ssh/connection-lost', `the ssh connection to ${board} was closed`);
  ssh.stdin.end();
  const timer = setTimeout(ssh.cut, closeSeconds * 1000);
  await dialogue.gone;
  clearTimeout(timer);
}

interface Waiting {
  readonly take: (answer: Answer) => void;
  readonly fail: (refusal: Refusal) => void;
}

/** More characters than an answer's last lines, with mark and exit code, ever have. */
const longestEnd = 64;

/** What ssh gets to say goodbye. */
const closeSeconds = 5;

function takeAnswers(dialogue: Dialogue): void {
  const end = new RegExp(`\\n${dialogue.mark} (\\d+)\\n`);
  let received: string[] = [];
  let last = '';
  const { stdout } = dialogue.ssh;
  stdout.setEncoding('utf8');
  stdout.on('data', (text: string) => {
    // Only what is new is looked through, or a long answer would take the square of its length.
    const recent = last + text;
    const found = end.exec(recent);
    received.push(text);
    last = recent.slice(-longestEnd);
    if (found === null) return;
    const output = received.join('').slice(0, found.index - recent.length);
    [received, last] = [[], ''];
    dialogue.isOpen = true;
    dialogue.waiting?.take({ status: Number(found[1]), output });
  });
}

function ask(dialogue: Dialogue, script: string, deadlineSeconds: number): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    if (dialogue.failure !== null) {
      reject(dialogue.failure);
      return;
    }
    const timer = setTimeout(() => giveUp(dialogue, deadlineSeconds), deadlineSeconds * 1000);
    const settled = (): void => {
      clearTimeout(timer);
      dialogue.waiting = null;
    };
    dialogue.waiting = {
      take: (answer) => {
        settled();
        resolve(answer);
      },
      fail: (refusal) => {
        settled();
        reject(refusal);
      },
    };
    const settings = 'LC_ALL=C; export LC_ALL; umask 022';
    const ending = `echo "\n${dialogue.mark} $?"`;
    dialogue.ssh.stdin.write(`(\n${settings}\n${script}\n) </dev/null 2>&1; ${ending}\n`);
  });
}

function giveUp(dialogue: Dialogue, seconds: number): void {
  dialogue.failure = new Refusal(
    dialogue.isOpen ? 'ssh/connection-lost' : 'ssh/unreachable',
    `${dialogue.board} did not answer over ssh within ${seconds} s`,
    'is the board overloaded, or its card failing? run again: the next run goes on where this one stopped',
  );
  dialogue.ssh.cut();
  dialogue.waiting?.fail(dialogue.failure);
}
