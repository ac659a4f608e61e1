// Records the mark and the source of every row of docs/facts.md in test/facts.json: `node build/facts.mjs`, after rows have
// changed. A mark that changes without its source is refused.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function parseFacts(text) {
  const rows = new Map();
  for (const line of text.split('\n')) {
    if (!line.startsWith('| ') || /^\| (id|---) \|/.test(line)) continue;
    const found = /^\| `([a-z][a-z0-9/-]*)` \| (.+) \| (observed|documented|guessed) \| (.+) \|$/.exec(line);
    if (found === null) throw new Error(`docs/facts.md: no row has this form: ${line}`);
    const [, id, belief, mark, source] = found;
    if (rows.has(id)) throw new Error(`docs/facts.md has two rows ${id}`);
    rows.set(id, { belief, mark, source });
  }
  return rows;
}

export function recordOf({ mark, source }) {
  return [mark, createHash('sha256').update(source).digest('hex').slice(0, 12)];
}

function record() {
  const root = join(import.meta.dirname, '..');
  const file = join(root, 'test', 'facts.json');
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const records = [...parseFacts(readFileSync(join(root, 'docs', 'facts.md'), 'utf8'))].map(([id, fact]) => [
    id,
    recordOf(fact),
  ]);
  for (const [id, [mark, source]] of records) {
    const [oldMark, oldSource] = known[id] ?? [mark];
    if (mark !== oldMark && source === oldSource)
      throw new Error(`${id} was ${oldMark} and is ${mark} now, but its source is the same`);
  }
  const lines = records.map(([id, [mark, source]]) => `  "${id}": ["${mark}", "${source}"]`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

if (process.argv[1] === import.meta.filename) record();
