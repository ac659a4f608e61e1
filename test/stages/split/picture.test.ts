import { describe, expect, it } from 'vitest';
import type { ShownSubmodel } from '../../../stages/split/facts.ts';
import { pictureOf } from '../../../stages/split/picture.ts';

const submodel = (position: number, more: Partial<ShownSubmodel> = {}): ShownSubmodel => ({
  position,
  id: String(position),
  board: `zed${position}`,
  boardType: 'zedboard',
  layers: [{ name: 'MVAU_hls_0', cycles: 10, share: 0.5 }],
  used: { LUT: { amount: 26600, share: 0.5 } },
  pace: { interval: 10, latency: 20, isEstimate: false },
  inputBytes: 8,
  outputBytes: 16,
  cut: 'by hand',
  ...more,
});

const draw = (submodels: readonly ShownSubmodel[], idle: readonly string[] = []) =>
  pictureOf({ strategy: 'manual', model: 'rtl', clockMHz: 100, submodels, idle });

/** Tags with their attributes, and the text between them. */
const partsOf = (svg: string) => svg.split(/(<[^<>]*>)/);

describe('the picture of a split', () => {
  it('escapes names, which may hold anything', () => {
    const name = `<script>a&b</script>"'\u0000\u001b]]>\ud800`;
    const svg = draw([
      submodel(0, { board: name, layers: [{ name, cycles: 1, share: 1 }], cut: name }),
      submodel(1),
    ]);
    const tags = partsOf(svg).filter((part) => part.startsWith('<'));
    expect(new Set(tags.map((tag) => /^<\/?([a-z]+)/.exec(tag)?.[1]))).toEqual(
      new Set(['svg', 'title', 'style', 'rect', 'text', 'g', 'path']),
    );
    for (const part of partsOf(svg)) if (!part.startsWith('<')) expect(part).not.toMatch(/&(?!#\d+;)|[<>]/);
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f]|[\ud800-\udfff]/u);
    expect(svg).toContain('&#60;script&#62;a&#38;b&#60;/script&#62;&#34;&#39;]]&#62;');
  });

  it('closes each tag that it opens, and names nothing outside of it', () => {
    const svg = draw(
      Array.from({ length: 6 }, (_, position) => submodel(position)),
      ['zed6'],
    );
    const open: string[] = [];
    for (const tag of partsOf(svg).filter((part) => /^<.*[^/]>$/s.test(part)))
      if (tag.startsWith('</')) expect(tag).toBe(`</${open.pop()}>`);
      else open.push(/^<([a-z]+)/.exec(tag)![1]!);
    expect(open).toEqual([]);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|href/);
  });

  it('keeps everything within its size, however much a layer needs', () => {
    const layers = [{ name: 'x'.repeat(200), cycles: 1, share: 7 }];
    const svg = draw(
      [submodel(0, { layers, used: { LUT: { amount: 1, share: 7 } } }), submodel(1)],
      ['a', 'b', 'c'],
    );
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number) as [number, number, number];
    for (const [, x, y, w, h] of svg.matchAll(
      /<rect[^>]* x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
    )) {
      expect(Number(x) + Number(w)).toBeLessThanOrEqual(width);
      expect(Number(y) + Number(h)).toBeLessThanOrEqual(height);
    }
    for (const [, content] of svg.matchAll(/<text[^>]*>([^<]*)</g)) expect(content!.length).toBeLessThan(80);
    expect(svg).toContain('class="full"');
  });
});
