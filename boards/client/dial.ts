import type { Socket } from 'node:net';
import { connect as connectSocket } from 'node:net';
import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import { decodeReply, replyTypes } from '../protocol/codec.ts';
import type { FrameReader, ReceivedFrame } from '../protocol/frame.ts';
import { createFrameReader } from '../protocol/frame.ts';
import { greetBoard, readWelcome } from '../protocol/handshake.ts';
import type { Failed } from '../protocol/messages.ts';
import type { Session } from '../protocol/session.ts';
import { refusalOfStranger } from './stranger.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection on which both sides have proven that they know the cluster key. */
export interface OpenLine {
  readonly socket: Socket;
  readonly reader: FrameReader;
  readonly session: Session;
  /** How many requests the board takes at a time. */
  readonly window: number;
  /** What arrived together with the end of the greeting: a board without a place says so right after it. */
  readonly early: readonly ReceivedFrame[];
}

/**
 * Connects to the board `name` and greets it. Refuses with `board/unreachable` if nothing answers in time, and with
 * `auth/wrong-key`, `auth/impostor` or `auth/wrong-board` if the greeting fails.
 */
export function dialBoard(
  name: string,
  { host, port }: Address,
  key: ClusterKey,
  deadlineSeconds: number,
): Promise<OpenLine> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true });
    const fail = (refusal: Refusal): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // An error after this one belongs to an abandoned connection.
      socket.on('error', () => undefined).destroy();
      reject(refusal);
    };
    const unreachable = (reason: string): void => {
      const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const hint = `is the board on? \`pipeline boards install ${name}\` installs its server`;
      fail(new Refusal('board/unreachable', `${name} cannot be reached at ${place}: ${reason}`, hint));
    };
    const timer = setTimeout(
      () => unreachable(`no answer within ${deadlineSeconds} s`),
      deadlineSeconds * 1000,
    );
    const reader = createFrameReader();
    const handshake = greetBoard(key, name);
    let session: Session | null = null;
    const early: ReceivedFrame[] = [];
    let isGreeted = false;
    const take = (frame: ReceivedFrame): void => {
      if (isGreeted) {
        early.push(frame);
        return;
      }
      if (frame.type === replyTypes.error && frame.tag === null)
        throw refusalOfStranger(name, decodeReply(frame) as Failed);
      if (session !== null) {
        const { window } = readWelcome(frame, session);
        isGreeted = true;
        clearTimeout(timer);
        socket.removeAllListeners();
        reader.trust();
        resolve({ socket, reader, session, window, early });
        return;
      }
      const proof = handshake.prove(frame);
      session = proof.session;
      socket.write(proof.bytes);
    };
    socket.on('error', (error) => unreachable(error.message));
    socket.on('close', () => unreachable('it closed the connection'));
    socket.on('connect', () => socket.write(handshake.hello));
    onFrames(socket, reader, take, (refusal) => fail(named(name, refusal)));
  });
}

/** Passes each frame that arrives to `take`; a refusal of `take` or of the reader goes to `refused`. */
export function onFrames(
  socket: Socket,
  reader: FrameReader,
  take: (frame: ReceivedFrame) => void,
  refused: (refusal: Refusal) => void,
): void {
  socket.on('data', (chunk) =>
    refusing(refused, () => {
      const { frames, problem } = reader.read(chunk);
      for (const frame of frames) take(frame);
      if (problem !== null) throw new Refusal(problem.code, problem.message, problem.hint);
    }),
  );
}

/** Does this, and passes a refusal on. */
export function refusing(refused: (refusal: Refusal) => void, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refused(error);
  }
}

/** The refusal in a board's reply, with the board's name. */
export function refusalIn(name: string, { code, message, hint }: Failed): Refusal {
  return named(name, new Refusal(code, message, hint === '' ? undefined : hint));
}

/** The refusal with the board's name before its message, unless the message already has it. */
export function named(name: string, { code, message, hint }: Refusal): Refusal {
  return new Refusal(code, message.includes(name) ? message : `${name}: ${message}`, hint);
}
