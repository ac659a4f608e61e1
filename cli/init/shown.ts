import { shownPath } from '../../base/shown-path.ts';
import { counted, firstOf } from '../../base/text.ts';
import type { NewProject } from './template.ts';

/** What `init` shows of a network, line by line; `type` is numpy's name of the type of its images. */
export function surveyLines({ model, board, boards, survey }: NewProject, type: string): readonly string[] {
  const { input, outputs, layers, kinds, front, behind } = survey;
  const list = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  const returned = outputs.map(
    ({ shape, datatype, meaning }) =>
      `${meaning === 'class' ? 'a class' : 'values'} [${shape.join(', ')}] ${datatype}`,
  );
  return [
    `${shownPath(model)}, for ${counted(boards, board)}`,
    '',
    `  takes      [${input.shape.join(', ')}] ${input.datatype}: images as .npy of the shape (count, ${axesOf(input.shape)}), ${type}`,
    `  host       ${nodesOf(front)}`,
    `  boards     ${counted(layers.length, 'layer')}: ${list.join(', ')}`,
    `  host       ${nodesOf(behind)}`,
    `  returns    ${returned.join('; ')}`,
    `  submodels  ${submodelsOf({ boards, survey })}`,
    '',
  ];
}

function axesOf(shape: readonly number[]): string {
  const axes = shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
  return axes.join(', ');
}

function nodesOf(nodes: readonly string[]): string {
  return nodes.length === 0 ? 'nothing' : firstOf(nodes, 6);
}

function submodelsOf({ boards, survey }: Pick<NewProject, 'boards' | 'survey'>): string {
  const { submodels, after } = survey.cutting;
  if (submodels === null) return 'one for now: a layer fits no board without a folding';
  const need = submodels === 1 ? 'it fits one board' : `it needs ${counted(submodels, 'submodel')}`;
  if (submodels >= boards || after.length === 0) return need;
  return `${need}; to use ${after.length + 1}, cut by hand after ${after.join(' and ')}`;
}
