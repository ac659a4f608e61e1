import { walkGreedily } from '../../finn/split/greedy.ts';
import { besidesIn, layersOf } from './layers.ts';
import type { Question } from './question.ts';

/** Cuts into as few parts as fit the boards in turn; refuses a cluster without boards and layers that fit none. */
export function cutGreedily(question: Question): readonly number[] {
  return walkGreedily(layersOf(question), question.boards, question.limits, besidesIn(question));
}
