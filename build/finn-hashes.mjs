// Writes templates/finn/hashes.txt, the sha256 of every wheel that fits a pin of requirements.txt, as the package index
// states them: `node build/finn-hashes.mjs`, after a pin has changed. An index that cannot be reached leaves its lines alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'templates', 'finn');
const file = join(folder, 'hashes.txt');
const packageIndex = 'https://pypi.org/simple';
const torchIndex = 'https://download.pytorch.org/whl/cpu';

const pins = readFileSync(join(folder, 'requirements.txt'), 'utf8')
  .split('\n')
  .map((line) => line.replace(/#.*/, '').trim().split('=='))
  .filter(([, version]) => version !== undefined);
const known = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

/** Whether a wheel is of this version of a package; `1.17` and `1.17.0` are one version. */
function isOf(wheel, name, version) {
  const shortest = (text) => text.replace(/(\.0)+(?=\+|$)/, '');
  const [itsName, itsVersion = ''] = wheel.split('-');
  return itsName.toLowerCase().replace(/[-_.]+/g, '-') === name && shortest(itsVersion) === shortest(version);
}

/** Wheels for CPython 3.11 and later on Linux and macOS. */
function fits(wheel) {
  const [python, abi, platform] = wheel
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3);
  const version = /^cp3(\d+)$/.exec(python)?.[1];
  const isNew =
    abi === 'abi3' || /(^|\.)py3(\.|$)/.test(python) || (version !== undefined && Number(version) >= 11);
  return (
    isNew &&
    !abi.endsWith('t') &&
    (platform === 'any' || /(linux|macosx).*_(x86_64|aarch64|arm64|universal2)$/.test(platform))
  );
}

async function wheelsOf(index, name, version) {
  const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.1';
  const answer = await fetch(`${index}/${name}/`, { headers: { accept } });
  if (!answer.ok) throw new Error(`${index} answers ${answer.status} for ${name}`);
  const text = await answer.text();
  const files = text.startsWith('{')
    ? JSON.parse(text).files.map(({ filename, hashes }) => [filename, hashes.sha256])
    : [...text.matchAll(/href="[^"]*\/([^/"#]+)#sha256=([0-9a-f]{64})/g)].map(([, path, hash]) => [
        decodeURIComponent(path),
        hash,
      ]);
  return files
    .filter(([wheel]) => wheel.endsWith('.whl') && isOf(wheel, name, version) && fits(wheel))
    .map(([wheel, hash]) => `${hash}  ${wheel}`);
}

const lines = [];
for (const [index, name, version] of [
  ...pins.map(([name, version]) => [packageIndex, name, version]),
  ...pins.filter(([name]) => name === 'torch').map(([name, version]) => [torchIndex, name, `${version}+cpu`]),
]) {
  const found = await wheelsOf(index, name, version).catch((error) => {
    console.error(`${name}: ${error.cause?.message ?? error.message}; the known hashes stay`);
    return known.filter((line) => isOf(line.slice(66), name, version));
  });
  if (found.length === 0) console.error(`${name}==${version}: no wheel`);
  lines.push(...found);
}
const byName = (a, b) => (a.slice(66) < b.slice(66) ? -1 : 1);
writeFileSync(file, `${lines.sort(byName).join('\n')}\n`);
