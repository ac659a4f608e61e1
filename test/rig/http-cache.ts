import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface HttpCache {
  readonly url: string;
  /** The folder of its files. */
  readonly folder: string;
  /** Method and path of every request so far. */
  readonly requests: string[];
}

/** Answers instead of the server; false leaves the request to it. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * A server of files below a folder that can be read and written, as WebDAV of nginx is, in this process: a stand-in. It ends with the
 * test.
 */
export async function startHttpCache(folder: string, fault: Fault = () => false): Promise<HttpCache> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    if (fault(request, response)) return;
    void answer(join(folder, url), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, folder, requests };
}

async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') {
    const contents = await buffer(request);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    response.writeHead(201).end();
    return;
  }
  if (!existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  const contents = readFileSync(path);
  response.writeHead(200, { 'content-length': contents.length });
  response.end(request.method === 'HEAD' ? undefined : contents);
}
