import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../base/digest.ts';
import { artifactOf } from '../../../core/contracts/artifact.ts';
import { placesIn, placesOf } from '../../../core/saving/places.ts';

const outputs = (ports: { readonly [port: string]: readonly string[] }) =>
  Object.fromEntries(
    Object.entries(ports).map(([port, paths]) => [
      port,
      artifactOf(paths.map((path) => ({ path, digest: sha256(path), size: path.length }))),
    ]),
  );

const pathsOf = (places: readonly { readonly path: string }[]) => places.map(({ path }) => path).sort();

describe('readable paths of results', () => {
  it('lie below the name of their port, unless the output is a file of that name', () => {
    const record = { outputs: outputs({ log: ['log'], out: ['log'], site: ['a/b', 'c'] }), items: {} };
    expect(pathsOf(placesOf(record))).toEqual(['log', 'out/log', 'site/a/b', 'site/c']);
    expect(pathsOf(placesIn(record, 'log'))).toEqual(['log']);
    expect(pathsOf(placesIn(record, 'site'))).toEqual(['a/b', 'c']);
  });

  it('have positions in place of the ids of a collection, also where two items are equal', () => {
    const [a, b] = [sha256('a'), sha256('b')];
    const record = {
      outputs: outputs({ parts: ['manifest.json', `${a}/net`, `${b}/net`], other: [`${a}/net`] }),
      items: {
        parts: [
          { id: a, position: 0 },
          { id: b, position: 1 },
          { id: a, position: 2 },
        ],
      },
    };
    expect(pathsOf(placesIn(record, 'parts'))).toEqual(['0/net', '1/net', '2/net', 'manifest.json']);
    expect(pathsOf(placesIn(record, 'other'))).toEqual([`${a}/net`]);
  });
});
