// Writes test/golden/synthesis.json: node test/synthesis/table.mjs FINN_PYTHON YOSYS_PYTHON. Takes half an hour.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurations } from './configurations.mjs';
import { synthesise } from './synthesise.mjs';

const [finn, yosys] = process.argv.slice(2);
const rows = [];
for await (const row of synthesise(configurations, { finn, yosys })) {
  rows.push(JSON.stringify(row));
  console.log(`${rows.length} of ${configurations.length}: ${row.id}`);
}
const file = join(import.meta.dirname, '..', 'golden', 'synthesis.json');
writeFileSync(file, `[\n${rows.join(',\n')}\n]\n`);
