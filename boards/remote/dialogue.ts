import { randomBytes } from 'node:crypto';
import { Refusal } from '../../base/refusal.ts';
import type { Login } from './ssh-failure.ts';
import { sshFailure } from './ssh-failure.ts';
import type { Tethered } from './tether.ts';

/** The outcome of a script on a board. */
export interface Answer {
  readonly status: number;
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string;
}

/** Scripts sent to a shell over ssh, and their answers, one after the other. */
export interface Dialogue {
  readonly board: string;
  readonly ssh: Tethered;
  /** What the shell writes after each script, to mark the end of its answer. */
  readonly mark: string;
  /** Resolves when ssh has ended. */
  readonly gone: Promise<void>;
  /** Whether an answer has arrived. */
  isOpen: boolean;
  failure: Refusal | null;
  waiting: Waiting | null;
  /** Settles when the last submitted script does. */
  turn: Promise<unknown>;
}

/** Handles the output of an ssh that runs `sh`, from now on. */
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

/** Ends ssh and waits until it has ended. */
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

/** More characters than the mark and the exit code at the end of an answer ever have. */
const longestEnd = 64;

/** How long ssh may take to end. */
const closeSeconds = 5;

function takeAnswers(dialogue: Dialogue): void {
  const end = new RegExp(`\\n${dialogue.mark} (\\d+)\\n`);
  let received: string[] = [];
  let last = '';
  const { stdout } = dialogue.ssh;
  stdout.setEncoding('utf8');
  stdout.on('data', (text: string) => {
    // Only new output is searched; otherwise a long answer would take quadratic time.
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
  const message = `${dialogue.board} did not answer over ssh within ${seconds} s`;
  dialogue.failure = dialogue.isOpen
    ? new Refusal(
        'ssh/connection-lost',
        message,
        'is the board overloaded, or its card failing? run again: the next run continues where this one stopped',
      )
    : new Refusal('ssh/unreachable', message, 'is it switched on, and is its address right?');
  dialogue.ssh.cut();
  dialogue.waiting?.fail(dialogue.failure);
}
