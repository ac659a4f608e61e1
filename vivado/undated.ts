/** A text report of Vivado without the lines that differ between equal runs: date, host, command and user. */
export function undatedReport(report: string): string {
  return report
    .split('\n')
    .filter((line) => !/^\|?\s*(Date|Host|Command|User)\s*:/.test(line))
    .join('\n');
}

/** A hardware handoff without its time stamp. */
export function undatedHandoff(hwh: string): string {
  return hwh.replace(/(<EDKSYSTEM\b[^>]*\bTIMESTAMP=")[^"]*"/, '$1"');
}
