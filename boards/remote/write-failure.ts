import { Refusal } from '../../base/refusal.ts';

/** Why a board could not write at `place`, from the errors of its commands. */
export function writeFailure(board: string, place: string, complaint: string): Refusal {
  if (/No space left on device|Disk quota exceeded/i.test(complaint))
    return new Refusal('deploy/disk-full', `the disk of ${board} is full`, `free space at ${place}`);
  if (/Read-only file system/i.test(complaint))
    return new Refusal(
      'deploy/not-writable',
      `${place} on ${board} is on a read-only file system`,
      'mount it writable; a card that became read-only by itself is failing',
    );
  if (/Permission denied|Operation not permitted/i.test(complaint))
    return new Refusal(
      'deploy/not-writable',
      `this user may not write to ${place} on ${board}`,
      'log in as root or as a member of the group pipeline-board',
    );
  const last = complaint.trim().split('\n').slice(-3).join('\n');
  return new Refusal('deploy/failed', `${board} could not write to ${place}: ${last}`);
}
