import { scalar } from '../constant.ts';
import { datatype } from '../../datatype.ts';
import { channelsFirst, channelsLast } from '../float-graph.ts';
import type { Rule } from '../rewrite.ts';

/** The average of a whole image of integers as their sum divided by its pixels (FINN+ 1.6.1 `InferGlobalAccPoolLayer`). */
export const globalAveragesToSums: Rule = (node, graph) => {
  const [image] = node.inputs;
  if (node.op !== 'GlobalAveragePool' || !datatype(graph.datatypeOf(image)).integer) return null;
  const { name, output } = node;
  const [, , height = 1, width = 1] = graph.shapeOf(image);
  const pixels = height * width;
  const [last, sum, average] = [`${output}:image`, `${output}:sum`, `${output}:last`];
  return {
    insert: [
      { op: 'Transpose', name, inputs: [image], output: last, perm: channelsLast },
      { op: 'GlobalAccPool', name, inputs: [last], output: sum, pixels },
      { op: 'Mul', name, inputs: [sum], output: average, constant: scalar(1 / pixels) },
      { op: 'Transpose', name, inputs: [average], output, perm: channelsFirst },
    ],
  };
};
