import { describe, expect, test } from 'vitest';
import { createHmac } from 'node:crypto';
import {
  assignBoards,
  makeDeployment,
  parseDeployment,
  readSignedDeployment,
  signDeployment,
} from '../../boards/deployment.ts';
import { makeKey } from '../../boards/keys.ts';
import { refusal } from './fixture.ts';

const boards = ['zed0', 'zed1', 'zed2'].map((name) => ({ name, type: 'zedboard' }));

describe('a deployment', () => {
  const key = makeKey();

  test('survives deployment.json, signed with HMAC-SHA-256 over its id', () => {
    const deployment = makeDeployment(['p0', 'p1'], ['zed0', 'zed1']);
    const text = signDeployment(deployment, key);
    expect(readSignedDeployment(text, 'it', key)).toEqual(deployment);
    expect(parseDeployment(text, 'it')).toEqual(deployment);
    expect(JSON.parse(text)).toHaveProperty(
      'signature',
      createHmac('sha256', key).update(`finn-pipeline deployment\0${deployment.deployment}`).digest('hex'),
    );
  });

  test('without the signature of this key is refused', () => {
    const deployment = makeDeployment(['p0'], ['zed0']);
    const { signature: foreign } = JSON.parse(signDeployment(makeDeployment(['p1'], ['zed0']), key)) as {
      signature: string;
    };
    const signed = signDeployment(deployment, key);
    for (const text of [
      signDeployment(deployment, makeKey()),
      JSON.stringify(deployment),
      signed.replace(/(?<="signature": ")\w+/, foreign),
      signed.replace(/(?<="signature": ")\w+/, ''),
    ])
      expect(() => readSignedDeployment(text, 'the deployment on zed0', key)).toThrow(
        refusal('deploy/wrong-signature', 'the deployment on zed0 was not signed'),
      );
  });

  test('has another id with another package, order or board', () => {
    const ids = [
      makeDeployment(['p0', 'p1'], ['zed0', 'zed1']),
      makeDeployment(['p0', 'p2'], ['zed0', 'zed1']),
      makeDeployment(['p1', 'p0'], ['zed0', 'zed1']),
      makeDeployment(['p0', 'p1'], ['zed1', 'zed0']),
    ].map(({ deployment }) => deployment);
    expect(new Set(ids).size).toBe(4);
  });

  test('that was edited by hand is refused', () => {
    const edited = signDeployment(makeDeployment(['p0'], ['zed0']), key).replace('p0', 'p9');
    expect(() => parseDeployment(edited, 'the deployment on zed0')).toThrow(
      'the deployment on zed0 is inconsistent',
    );
  });

  test('assigns six submodels to three boards in turn, as published', () => {
    expect(assignBoards(Array<string>(6).fill('zedboard'), boards)).toEqual([
      'zed0',
      'zed1',
      'zed2',
      'zed0',
      'zed1',
      'zed2',
    ]);
  });

  test('assigns a submodel to a board of its type', () => {
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
