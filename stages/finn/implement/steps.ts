/**
 * The step that a line of Vivado's main log begins, such as `place_design 4/6` (`docs/facts.md`, vivado/steps). Whether and how
 * often physical optimisation runs depends on the strategy, so it is not counted.
 */
export function vivadoStep(line: string): string | null {
  const [, launched] = /^\[[^\]]+\] Launched (.+)$/.exec(line) ?? [];
  const name =
    launched === undefined
      ? /^Command: (\w+)/.exec(line)?.[1]
      : /(?:^|[ _])synth_1\b/.test(launched)
        ? 'synthesis'
        : undefined;
  if (name === undefined) return null;
  if (name === 'phys_opt_design') return name;
  const at = counted.indexOf(name);
  return at < 0 ? null : `${name} ${at + 1}/${counted.length}`;
}

const counted = ['synthesis', 'link_design', 'opt_design', 'place_design', 'route_design', 'write_bitstream'];
