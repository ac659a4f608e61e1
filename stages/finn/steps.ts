/** The step that a line of our own Python around FINN says it begins, such as `generate_hardware 1/2` or `HLS of MVAU_hls_0`. */
export function finnStep(line: string): string | null {
  const [, name, at, of] = /^step_(\w+) \((\d+) of (\d+)\)$/.exec(line) ?? [];
  if (name !== undefined && at !== undefined && of !== undefined) return `${name} ${at}/${of}`;
  return /^(?:HLS of|stitching) \S+$/.test(line) ? line : null;
}
