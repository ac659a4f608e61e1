import type { Batch, DeployedPackage, Forwarded, Inferred, Reply, Request } from '../protocol/messages.ts';
import type { BoardState } from './board-state.ts';
import { metricsOf, statusOf } from './board-state.ts';
import { listPackages } from './state.ts';

/** Answers one request, immediately or in its turn; refuses what the board may not or cannot do. */
export async function answer(state: BoardState, request: Request): Promise<Reply> {
  const { logic, desk, figures } = state;
  switch (request.type) {
    case 'status':
      return statusOf(state);
    case 'lease':
      return desk.grant(request.lease, request.seconds);
    case 'release':
      desk.release(request.lease);
      return { type: 'released' };
    case 'list':
      desk.check(request.lease);
      return { type: 'listed', packages: await listPackages(state.setup.directory) };
    case 'metrics':
      desk.check(request.lease);
      return metricsOf(state);
    case 'load': {
      const loaded = await inTurn(state, request.lease, () => logic.load(request));
      figures.loads++;
      return loaded;
    }
    case 'infer':
      return infer(state, request.lease, request);
    case 'forward':
      return forward(state, request);
    case 'unload':
      await inTurn(state, request.lease, logic.unload);
      return { type: 'unloaded' };
  }
}

// The lease is checked again when the request's turn comes, since it may have ended in the meantime.
async function inTurn<T>(state: BoardState, lease: string, work: () => T | Promise<T>): Promise<T> {
  state.desk.check(lease);
  const done = state.last.then(() => {
    state.desk.check(lease);
    return work();
  });
  state.last = done.catch(() => undefined);
  return done;
}

async function infer(state: BoardState, lease: string, batch: DeployedPackage & Batch): Promise<Inferred> {
  const inferred = await inTurn(state, lease, () => state.logic.infer(batch));
  state.figures.batches++;
  state.figures.images += batch.images;
  state.figures.computeSeconds += inferred.measuredSeconds;
  return inferred;
}

async function forward(
  state: BoardState,
  request: Extract<Request, { readonly type: 'forward' }>,
): Promise<Forwarded> {
  // The lease first: whoever has none learns nothing else.
  state.desk.check(request.lease);
  state.forwarder.check(request);
  const mine = await infer(state, request.lease, request);
  const theirs = await state.forwarder.pass(request, mine);
  state.figures.forwarded++;
  return theirs;
}
