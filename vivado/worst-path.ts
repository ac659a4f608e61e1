/** A path of a timing report. */
export interface TimingPath {
  /** ns; negative if the path misses its requirement. */
  readonly slack: number;
  readonly from: string;
  readonly to: string;
  /** `Setup` or `Hold`. */
  readonly type: string;
  /** The report's own words on the delay: ns, and the shares of logic and routing. */
  readonly delay: string;
  readonly levels: number;
}

/** The path of least slack that a timing report describes; null if it describes none. */
export function worstPath(report: string): TimingPath | null {
  const paths = report.split(/^Slack /m).flatMap((text) => pathIn(text) ?? []);
  return paths.reduce<TimingPath | null>(
    (worst, path) => (worst === null || path.slack < worst.slack ? path : worst),
    null,
  );
}

function pathIn(text: string): TimingPath | null {
  const [, slack] = /^\((?:MET|VIOLATED)\) *: +(-?[\d.]+)ns/.exec(text) ?? [];
  const field = (name: string): string =>
    new RegExp(`^ +${name}: +(.*?) *$`, 'm').exec(text)?.[1] ?? 'unknown';
  if (slack === undefined) return null;
  const [type = ''] = field('Path Type').split(' ');
  const levels = Number.parseInt(field('Logic Levels'), 10);
  return {
    slack: Number(slack),
    from: field('Source'),
    to: field('Destination'),
    type,
    delay: field('Data Path Delay'),
    levels: Number.isNaN(levels) ? 0 : levels,
  };
}
