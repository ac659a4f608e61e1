import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** One request to a server. */
export interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly agent: Agent;
  /** What is sent, with its length in bytes. */
  readonly body?: { readonly stream: Readable; readonly size: number };
  /** Ends the exchange with its reason, at any time before the answer begins. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request and returns the beginning of the answer, whose body the caller reads or destroys. Redirects are answers like any
 * other. Rejects with the error of the system call, or with the reason of the signal.
 */
export function exchange({ method, url, headers, agent, body, signal }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? encrypted : plain;
    const length = body === undefined ? {} : { 'content-length': body.size };
    const request = send(url, { method, agent, headers: { ...headers, ...length } });
    const abort = (): void => {
      request.destroy(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    const settled = (): void => {
      signal.removeEventListener('abort', abort);
    };
    request.once('response', (answer) => {
      settled();
      resolve(answer);
    });
    // Also behind the answer, when no one waits for the promise any more.
    request.on('error', reject);
    request.once('close', settled);
    if (signal.aborted) abort();
    if (body === undefined) request.end();
    // A server may answer, and hang up, before it has read everything.
    else pipeline(body.stream, request).catch(reject);
  });
}
