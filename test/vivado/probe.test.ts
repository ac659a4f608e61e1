import { expect, it } from 'vitest';
import { boardType } from '../../boards/data.ts';
import { attempt } from '../../base/refusal.ts';
import { chosenBoardPart, readProbe } from '../../vivado/probe.ts';

const output = (...boards: readonly string[]) =>
  ['part xc7z020clg484-1', ...boards.map((name) => `board ${name}`), 'done', ''].join('\n');

const { name: board, part, boardParts } = boardType('zedboard');

const choose = (...boards: readonly string[]) =>
  attempt(() => chosenBoardPart({ board, part, boardParts }, readProbe(output(...boards))!));

it('reads what Vivado reports', () => {
  expect(readProbe(output('a:b:part0:1.0'))).toEqual({ parts: [part], boardParts: ['a:b:part0:1.0'] });
});

it('counts only a report that came to its end', () => {
  expect(readProbe(output().replace('done', ''))).toBeNull();
});

it.each([
  [['digilentinc.com:zedboard:part0:1.0', 'avnet.com:zedboard:part0:1.4'], 'avnet.com:zedboard:part0:1.4'],
  [['digilentinc.com:zedboard:part0:1.0'], 'digilentinc.com:zedboard:part0:1.0'],
  [['avnet-tria:zedboard:part0:1.5'], 'avnet-tria:zedboard:part0:1.5'],
])('the preferred of %j is %s', (boards, chosen) => {
  expect(choose(...boards)).toEqual({ ok: true, value: chosen });
});

it('refuses a board without a definition, with the similar ones', () => {
  expect(
    choose('em.avnet.com:zed:part0:1.4', 'avnet.com:zedboard:part0:1.6', 'xilinx.com:zcu104:part0:1.1'),
  ).toEqual({
    ok: false,
    diagnostics: [
      {
        code: 'vivado/no-board-part',
        severity: 'error',
        message:
          'this Vivado has no board part for zedboard: none of avnet.com:zedboard:part0:1.4, avnet-tria:zedboard:part0:1.5, digilentinc.com:zedboard:part0:1.1, digilentinc.com:zedboard:part0:1.0',
        hint: 'it has em.avnet.com:zed:part0:1.4, avnet.com:zedboard:part0:1.6, which target.boardPart may name; or install the board from the Board Store (Vivado: Tools > Vivado Store > Boards), or name a folder of board files in tools: {vivado: {boards: DIR}}',
      },
    ],
  });
});

it('refuses a part that is not installed', () => {
  const probe = { parts: [], boardParts: [...boardParts] };
  expect(attempt(() => chosenBoardPart({ board, part, boardParts }, probe))).toMatchObject({
    diagnostics: [
      {
        code: 'vivado/no-part',
        message: 'this Vivado has no support for xc7z020clg484-1, the part of zedboard',
      },
    ],
  });
});
