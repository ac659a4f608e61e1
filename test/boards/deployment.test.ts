import { describe, expect, test } from 'vitest';
import { assignBoards, encodeDeployment, makeDeployment, parseDeployment } from '../../boards/deployment.ts';

const boards = ['zed0', 'zed1', 'zed2'].map((name) => ({ name, type: 'zedboard' }));

describe('a deployment', () => {
  test('comes back from deployment.json', () => {
    const deployment = makeDeployment(['p0', 'p1'], ['zed0', 'zed1']);
    expect(parseDeployment(encodeDeployment(deployment), 'it')).toEqual(deployment);
  });

  test('is another one with another package, order or board', () => {
    const ids = [
      makeDeployment(['p0', 'p1'], ['zed0', 'zed1']),
      makeDeployment(['p0', 'p2'], ['zed0', 'zed1']),
      makeDeployment(['p1', 'p0'], ['zed0', 'zed1']),
      makeDeployment(['p0', 'p1'], ['zed1', 'zed0']),
    ].map(({ deployment }) => deployment);
    expect(new Set(ids).size).toBe(4);
  });

  test('that was edited by hand is refused', () => {
    const edited = encodeDeployment(makeDeployment(['p0'], ['zed0'])).replace('p0', 'p9');
    expect(() => parseDeployment(edited, 'the deployment on zed0')).toThrow(
      'the deployment on zed0 contradicts itself',
    );
  });

  test('gives six submodels to three boards in turn, as published', () => {
    expect(assignBoards(Array<string>(6).fill('zedboard'), boards)).toEqual([
      'zed0',
      'zed1',
      'zed2',
      'zed0',
      'zed1',
      'zed2',
    ]);
  });

  test('gives a submodel to a board of its type', () => {
    const mixed = [...boards.slice(0, 2), { name: 'big', type: 'zcu104' }];
    expect(assignBoards(['zedboard', 'zcu104', 'zedboard', 'zedboard'], mixed)).toEqual([
      'zed0',
      'big',
      'zed0',
      'zed1',
    ]);
  });

  test('without a board of the type is refused', () => {
    expect(() => assignBoards(['kv260'], boards)).toThrow(
      expect.objectContaining({
        code: 'deploy/no-board',
        hint: 'the cluster has zed0 (zedboard), zed1 (zedboard), zed2 (zedboard)',
      }),
    );
  });
});
