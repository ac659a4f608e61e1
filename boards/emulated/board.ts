import { Refusal } from '../../base/refusal.ts';
import type { ClusterKey } from '../keys.ts';
import type { Batch, Failed, Metrics, Place, Reply, Request, Status } from '../protocol/messages.ts';
import { createForwarder } from './forward.ts';
import { createLeaseDesk } from './lease.ts';
import type { EmulatedBoardSetup } from './machine.ts';
import { createMachine } from './machine.ts';
import { listPackages, readDeployment } from './state.ts';

export interface EmulatedBoard {
  readonly name: string;
  /**
   * Answers one request; every refusal is an answer too. LOAD, INFER, FORWARD and UNLOAD wait for one another, the others
   * are answered at any time.
   */
  readonly handle: (request: Request) => Promise<Reply>;
  /** The answer to what could not be handled, counted as refused. */
  readonly refuse: (error: unknown) => Failed;
}

/** A board that computes in this process what its packages describe and models the time; `clock` gives seconds. */
export function createEmulatedBoard(
  setup: EmulatedBoardSetup,
  key: ClusterKey,
  clock: () => number,
): EmulatedBoard {
  const { directory, name, type } = setup;
  const machine = createMachine(setup, key, clock);
  const desk = createLeaseDesk(name, clock);
  const forwarder = createForwarder(key);
  const figures = { loads: 0, batches: 0, images: 0, forwarded: 0, refused: 0, faults: 0, computeSeconds: 0 };
  const started = clock();
  let last: Promise<unknown> = Promise.resolve();

  // The lease is asked for again when it is the request's turn: it may have ended while the request waited.
  const inTurn = <T>(lease: string, work: () => Promise<T>): Promise<T> => {
    desk.check(lease);
    const done = last.then(() => {
      desk.check(lease);
      return work();
    });
    last = done.catch(() => undefined);
    return done;
  };

  const infer = async (lease: string, batch: Place & Batch) => {
    const inferred = await inTurn(lease, () => machine.infer(batch));
    figures.batches++;
    figures.images += batch.images;
    figures.computeSeconds += inferred.measuredSeconds;
    return inferred;
  };

  const answer = async (request: Request): Promise<Reply> => {
    switch (request.type) {
      case 'status':
        return status();
      case 'lease':
        return desk.grant(request.lease, request.seconds);
      case 'release':
        desk.release(request.lease);
        return { type: 'released' };
      case 'list':
        desk.check(request.lease);
        return { type: 'listed', packages: await listPackages(directory) };
      case 'metrics':
        desk.check(request.lease);
        return metrics();
      case 'load': {
        const loaded = await inTurn(request.lease, () => machine.load(request));
        figures.loads++;
        return loaded;
      }
      case 'infer':
        return infer(request.lease, request);
      case 'forward': {
        const mine = await infer(request.lease, request);
        const theirs = await forwarder.pass(request, mine);
        figures.forwarded++;
        return theirs;
      }
      case 'unload':
        await inTurn(request.lease, async () => machine.unload());
        return { type: 'unloaded' };
    }
  };

  // A board with a damaged deployment stays one that can be asked what is wrong.
  const heldDeployment = async (): Promise<string> => {
    try {
      return (await readDeployment(directory, `the deployment on ${name}`, key))?.deployment ?? '';
    } catch (error) {
      if (error instanceof Refusal) return '';
      throw error;
    }
  };

  const status = async (): Promise<Status> => ({
    type: 'status',
    name,
    boardType: type.name,
    part: type.part,
    emulated: true,
    deployment: await heldDeployment(),
    loaded: machine.loaded(),
    fault: '',
    leasedSeconds: desk.secondsLeft(),
  });

  const metrics = (): Metrics => ({
    type: 'metrics',
    figures: { ...figures, uptimeSeconds: clock() - started, memoryBytes: process.memoryUsage.rss() },
  });

  const refuse = (error: unknown): Failed => {
    figures.refused++;
    if (error instanceof Refusal)
      return { type: 'error', code: error.code, message: error.message, hint: error.hint ?? '' };

    const message = `${name} failed: ${error instanceof Error ? error.message : String(error)}`;
    return { type: 'error', code: 'board/internal', message, hint: '' };
  };

  const handle = async (request: Request): Promise<Reply> => {
    try {
      return await answer(request);
    } catch (error) {
      return refuse(error);
    }
  };
  return { name, handle, refuse };
}
