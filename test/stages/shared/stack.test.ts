import { describe, expect, test } from 'vitest';
import { adviceOnStack, countOfStack } from '../../../stages/shared/stack.ts';

const image = [1, 3, 8, 6];

describe('a stack is', () => {
  test.each([
    ['an axis before the shape', [10, 1, 3, 8, 6], image, 10],
    ['an axis in place of a batch of 1', [10, 3, 8, 6], image, 10],
    ['one tensor', [1, 3, 8, 6], image, 1],
    ['none at all', [0, 3, 8, 6], image, 0],
    ['an axis before a batch of 4', [10, 4, 16], [4, 16], 10],
    ['rows', [10, 16], [1, 16], 10],
    ['one value for each', [10, 1], [1], 10],
  ])('%s', (_what, stack, one, count) => {
    expect(countOfStack(stack, one)).toBe(count);
  });
});

describe('no stack is', () => {
  test.each([
    [
      'NHWC for NCHW',
      [10, 8, 6, 3],
      image,
      'these look like NHWC, but NCHW is required: save np.transpose(images, (0, 3, 1, 2))',
    ],
    [
      'NHWC with a batch',
      [10, 1, 8, 6, 3],
      image,
      'these look like NHWC, but NCHW is required: save np.transpose(images, (0, 1, 4, 2, 3))',
    ],
    [
      'NCHW for NHWC',
      [10, 3, 8, 6],
      [1, 8, 6, 3],
      'these look like NCHW, but NHWC is required: save np.transpose(images, (0, 2, 3, 1))',
    ],
    [
      'width before height',
      [10, 3, 6, 8],
      image,
      'the axes seem to be in another order: save np.transpose(images, (0, 1, 3, 2))',
    ],
    [
      'the images along the last axis',
      [8, 6, 3, 10],
      image,
      'the axes seem to be in another order: save np.transpose(images, (3, 2, 0, 1))',
    ],
    [
      'a flat array',
      [10, 144],
      image,
      'if the values are in C order of the axes (3, 8, 6), save np.reshape(images, (-1, 3, 8, 6))',
    ],
    ['a batch of 4 in one axis', [40, 16], [4, 16], 'save an array of the shape (count, 4, 16)'],
    ['one image', [3, 8, 6], image, 'save images[np.newaxis], since the first axis counts them'],
    ['another size', [10, 3, 9, 6], image, 'save an array of the shape (count, 3, 8, 6)'],
    ['a number', [], image, 'save an array of the shape (count, 3, 8, 6)'],
  ])('%s', (_what, stack, one, advice) => {
    expect(countOfStack(stack, one)).toBeNull();
    expect(adviceOnStack(stack, one, 'images')).toBe(advice);
  });
});
