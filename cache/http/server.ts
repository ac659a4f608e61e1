import type { IncomingMessage } from 'node:http';
import { Agent as PlainAgent } from 'node:http';
import { Agent as EncryptedAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../../base/refusal.ts';
import { exchange } from './exchange.ts';

/** The files of a server, by paths such as `cas/<sha256>`. What keeps it from answering is thrown. */
export interface FileServer {
  /** Passes the contents of a file to `read`, decoded; null if there is none. `size`: how many bytes are expected at most. */
  readonly get: <T>(
    path: string,
    size: number,
    read: (contents: AsyncIterable<Buffer>) => Promise<T>,
  ) => Promise<T | null>;
  /** Whether there is a file of this size, as far as the server says. */
  readonly has: (path: string, size: number) => Promise<boolean>;
  /** False if the server takes no file of this size. */
  readonly put: (path: string, size: number, contents: Readable) => Promise<boolean>;
  /** Closes its connections. */
  readonly close: () => void;
}

export interface Times {
  /** How long a server may take to begin its answer, in ms. */
  readonly answer: number;
  /** The slowest transfer that is waited for, in bytes per second. */
  readonly rate: number;
}

/** `url`: where the paths begin. `authorization`: the value of that header, if the server wants one. */
export function fileServer(url: string, authorization: string | null, times: Times): FileServer {
  const isEncrypted = url.startsWith('https:');
  const agent = new (isEncrypted ? EncryptedAgent : PlainAgent)({ keepAlive: true, maxSockets: connections });
  const headers = authorization === null ? {} : { authorization };
  const at = (path: string): URL => new URL(`${url.replace(/\/+$/, '')}/${path}`);
  const within = (size: number): AbortSignal =>
    AbortSignal.timeout(Math.ceil(times.answer + (size / times.rate) * 1000));
  return {
    async get(path, size, read) {
      const answer = await exchange({
        method: 'GET',
        url: at(path),
        agent,
        headers: { ...headers, 'accept-encoding': 'gzip' },
        signal: within(0),
      });
      if (!isThere(answer)) return null;
      const signal = within(Math.min(size, Number(answer.headers['content-length'] ?? size)));
      return isCompressed(answer)
        ? pipeline(answer, createGunzip(), read, { signal })
        : pipeline(answer, read, { signal });
    },
    async has(path, size) {
      const answer = await exchange({ method: 'HEAD', url: at(path), agent, headers, signal: within(0) });
      answer.resume();
      return isThere(answer) && Number(answer.headers['content-length'] ?? size) === size;
    },
    async put(path, size, stream) {
      const answer = await exchange({
        method: 'PUT',
        url: at(path),
        agent,
        headers,
        body: { stream, size },
        signal: within(size),
      });
      answer.resume();
      const { statusCode: status = 0 } = answer;
      if (status === 413) return false;
      if (status < 200 || status > 299) throw refusalOf(answer);
      return true;
    },
    close() {
      agent.destroy();
    },
  };
}

const connections = 8;

/** Whether the answer is the file; false if there is none. Its body is read by the caller only if it is there. */
function isThere(answer: IncomingMessage): boolean {
  if (answer.statusCode === 200) return true;
  answer.resume();
  if (answer.statusCode === 404) return false;
  throw refusalOf(answer);
}

/** Whether the server, or a proxy on the way, compressed the body. */
function isCompressed(answer: IncomingMessage): boolean {
  const coding = answer.headers['content-encoding'] ?? 'identity';
  if (coding === 'identity') return false;
  if (coding === 'gzip') return true;
  answer.destroy();
  throw new Refusal(
    'cache/remote-failed',
    `the remote cache answers in the content coding "${coding}"`,
    'it was asked for gzip or none: look at its settings',
  );
}

function refusalOf({ statusCode: status = 0, headers }: IncomingMessage): Refusal {
  if (status === 401 || status === 403)
    return new Refusal(
      'cache/remote-refused',
      `the remote cache refuses this user (status ${status})`,
      'PIPELINE_REMOTE_CACHE_AUTHORIZATION holds the value of the header Authorization, such as "Bearer …"',
    );
  if (status >= 300 && status < 400)
    return new Refusal(
      'cache/remote-failed',
      `the remote cache answers from elsewhere (status ${status}, ${headers.location ?? 'without a place'})`,
      'name the address that it leads to',
    );
  return new Refusal(
    'cache/remote-failed',
    `the remote cache fails (status ${status})`,
    'look at the log of the server',
  );
}
