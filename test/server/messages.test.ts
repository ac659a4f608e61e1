import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { replyTypes, requestTypes } from '../../boards/protocol/codec.ts';

/** The messages are defined in three places, which this test compares: TypeScript, C++ and the page on the protocol. */
const header = 'server/src/messages.h';
const page = 'docs/protocol.md';
const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const source = read(header);
const documentation = read(page);
const client = readdirSync(new URL('boards/client', root))
  .map((name) => read(`boards/client/${name}`))
  .join('');

test.each(Object.entries(requestTypes))('the request %s of the protocol is everywhere', (name, number) => {
  const label = name.toUpperCase();
  expect(numbersIn('RequestType'), `add "${name} = ${number}" to RequestType in ${header}`).toHaveProperty(
    name,
    number,
  );
  const rules = new RegExp(`RequestRules\\{type, "(\\w+)", ReplyType::(\\w+),`);
  const [, written, reply = ''] = rules.exec(afterCase(`RequestType::${name}`)) ?? [];
  expect(written, `add the rules of "${label}" to rulesOf() in ${header}`).toBe(label);
  expect(numbersIn('ReplyType')[reply], `the reply to ${label} in ${header} has another number`).toBe(
    number | 0x80,
  );
  expect(documentation, `${page} needs a row for the request ${number}, ${label}`).toMatch(
    new RegExp(`^\\| ${number} +\\| ${label} +\\|`, 'm'),
  );
  for (const file of ['request.cpp', 'board.cpp'])
    expect(read(`server/src/${file}`), `add "case RequestType::${name}:" to server/src/${file}`).toContain(
      `case RequestType::${name}:`,
    );
  expect(client, `boards/client/ sends no request of type '${name}'`).toContain(`type: '${name}'`);
  const answer = hex(number | 0x80);
  expect(documentation, `${page} needs a row for the answer to ${label}, ${answer}`).toMatch(
    new RegExp(`^\\| ${answer} \\| answer to ${label} +\\|`, 'm'),
  );
});

test.each(Object.entries(replyTypes))('the reply %s of the protocol is everywhere', (name, number) => {
  const expected = `add "${name} = ${hex(number)}" to ReplyType in ${header}`;
  expect(numbersIn('ReplyType'), expected).toHaveProperty(name, number);
  expect(documentation, `${page} needs a row for the reply ${hex(number)}, ${name}`).toMatch(
    new RegExp(`^\\| ${hex(number)} \\| `, 'm'),
  );
});

test('the board server has no messages that the client does not have', () => {
  expect(numbersIn('RequestType'), `remove from ${header}, or add to boards/protocol/codec.ts`).toEqual(
    requestTypes,
  );
  expect(numbersIn('ReplyType'), `remove from ${header}, or add to boards/protocol/codec.ts`).toEqual(
    replyTypes,
  );
});

/** The enumerators of an `enum class` of the header. */
function numbersIn(type: string): { readonly [name: string]: number } {
  const body = new RegExp(`enum class ${type} : std::uint8_t \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
  const pairs = [...body.matchAll(/(\w+) = (\w+),/g)];
  return Object.fromEntries(pairs.map(([, name = '', number]) => [name, Number(number)]));
}

/** The statement after `case LABEL:`; '' if there is none. */
function afterCase(label: string): string {
  return new RegExp(`case ${label}:\\s+(return [^;]+;)`).exec(source)?.[1] ?? '';
}

function hex(number: number): string {
  return `0x${number.toString(16).toUpperCase()}`;
}
