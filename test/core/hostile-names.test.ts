import { expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { registryWith, runEngine } from '../rig/engine.ts';
import { labels } from '../rig/events.ts';
import { meaningfulNames } from '../rig/meaningful-names.ts';
import { projectWith } from '../rig/project.ts';

it.each(meaningfulNames)('%s, which has a meaning in JavaScript, is a name like any other', async (name) => {
  const folder = projectWith({ [name]: '1' });
  const text = `version: 1
stages:
  ${name}: {kind: shell, with: {command: 'cat in/files/${name} > out/${name}; echo $${name} >> out/${name}', outputs: [${name}], inputs: [${name}], env: {${name}: e}}}
  next: {kind: shell, needs: {${name}: ${name}.${name}}, after: [${name}], with: {command: 'cp -rL in/${name} out/o', outputs: [o]}}
cluster: {${name}: {board: zedboard}}
profiles: {${name}: {cluster: {${name}: null}}}
`;
  expect((await loadPlan('pipeline.yaml', text, name, registryWith([]))).ok).toBe(true);
  expect(labels((await runEngine(folder, text)).events, 'action-succeeded')).toEqual([name, 'next'].sort());
  const again = await runEngine(folder, text);
  expect(labels(again.events, 'action-started')).toEqual([]);
  expect(labels(again.events, 'action-cached').length + labels(again.events, 'action-failed').length).toBe(2);
});
