import { framing } from './framing.ts';
import { kills } from './kills.ts';
import { theLease } from './lease.ts';
import { everyMessage } from './messages.ts';
import { places } from './places.ts';
import { refusals } from './refusals.ts';
import { strangers } from './strangers.ts';
import type { ServerUnderTest } from './rig.ts';
import { createRig } from './rig.ts';

/** Declares the tests that every server of the board protocol must pass. */
export function conformance(prepare: () => Promise<ServerUnderTest>): void {
  const rig = createRig(prepare);
  everyMessage(rig);
  theLease(rig);
  refusals(rig);
  strangers(rig);
  framing(rig);
  places(rig);
  kills(rig);
}
