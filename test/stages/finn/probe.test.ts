import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { boardType, platformOf } from '../../../boards/data.ts';
import type { StageKind } from '../../../core/contracts/stage.ts';
import { hardware } from '../../../stages/finn/hardware/stage.ts';
import { implement } from '../../../stages/finn/implement/stage.ts';
import { finishProbe } from '../../../stages/finn/probe/finish.ts';
import { probe } from '../../../stages/finn/probe/stage.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { runStage } from '../stage.ts';

const { part, boardParts } = boardType('zedboard');
const answer = `part ${part}\nboard digilentinc.com:zedboard:part0:1.0\ndone\n`;

/** Runs the finisher of the probe over what Vivado left. */
const finish = (text: string, exitCode = 0, params: JsonObject = {}, log = '') =>
  runStage(
    finishProbe,
    temporaryFolder(),
    {
      '../out/raw/versions.txt': 'vivado v2024.2 (64-bit)\n',
      '../out/raw/probe.txt': text,
      '../out/raw/vivado.log': log,
    },
    { params: { board: 'zedboard', part, boardParts, ...params }, exitCode },
  );

it('writes the name of the board part and nothing else', async () => {
  const { result, out } = await finish(answer);
  expect(result).toEqual({
    ok: true,
    emulated: false,
    summary: 'digilentinc.com:zedboard:part0:1.0, xc7z020clg484-1',
    warnings: [],
  });
  expect(readFileSync(join(out, 'platform', 'board-part'), 'utf8')).toBe(
    'digilentinc.com:zedboard:part0:1.0\n',
  );
});

it.each<[string, Parameters<typeof finish>, string]>([
  ['a board that Vivado lacks', [answer.replace('zedboard', 'zybo')], 'vivado/no-board-part'],
  [
    'another board part than the named one',
    [answer, 0, { boardParts: ['a:b:part0:1'] }],
    'vivado/no-board-part',
  ],
  ['a part that is not installed', [answer.replace(part, 'xc7z010')], 'vivado/no-part'],
  ['an answer that breaks off', [answer.replace('done', '')], 'vivado/no-answer'],
  ['a Vivado that ends with 1', ['', 1, {}, 'invalid command name "get_parts"'], 'vivado/no-answer'],
  [
    'a Vivado without a licence',
    ['', 1, {}, 'ERROR: [Common 17-345] A valid license was not found'],
    'vivado/no-licence',
  ],
])('refuses %s', async (_, args, code) => {
  expect((await finish(...args)).result).toMatchObject({ ok: false, diagnostics: [{ code }] });
});

it('is the only step whose key has a board part that the file names', () => {
  const actionOf = (kind: StageKind, boardPart: string | null) =>
    JSON.stringify(
      kind.action({
        params: {},
        toolchain: { vivado: '2024.2' },
        target: { board: 'zedboard', part, clockMHz: 100 },
        platform: { ...platformOf(boardType('zedboard')) },
        boardPart,
        cluster: [],
        item: null,
        board: null,
      }),
    );
  for (const kind of [hardware, implement])
    expect(actionOf(kind, 'avnet-tria:zedboard:part0:1.5')).toBe(actionOf(kind, null));
  expect(actionOf(hardware, null)).not.toContain('zedboard:part0');
  expect(actionOf(probe, null)).toContain('avnet.com:zedboard:part0:1.4');
  expect(actionOf(probe, 'a:b:part0:1.0')).toContain('"boardParts":["a:b:part0:1.0"]');
});
