import type { Variables } from '../home.ts';
import type { ToolExit } from '../tool-process.ts';
import { runTool } from '../tool-process.ts';

/** A Python's own report: its version, and the versions of its installed distributions. */
export interface Probe {
  readonly type: 'answered';
  readonly python: string;
  readonly distributions: Readonly<Record<string, string>>;
}

const listed = ['finn-plus', 'finn', 'qonnx'] as const;

const versions = `
import json, platform, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in ${JSON.stringify(listed)}:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
answer.write(json.dumps({"python": platform.python_version(), "distributions": found}))
`;

// On import FINN looks for its simulator and for Vivado's release; its front end uses neither. Its output must not mix with
// the answer.
const imports = `
import os
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
os.environ.setdefault("XILINX_VIVADO", "/nowhere/Vivado/2024.2")
import finn.xsi
for name in finn.xsi._LAZY_NAMES:
    setattr(finn.xsi, name, None)
import finn.builder.build_dataflow_config
import finn.builder.build_dataflow_steps
import finn.core.onnx_exec
import finn.transformation.fpgadataflow.create_stitched_ip
import finn.transformation.fpgadataflow.make_zynq_proj
import qonnx.core.modelwrapper
`;

/** Asks a Python for its versions; imports nothing and takes a tenth of a second. */
export function probeVersions(python: string, variables: Variables): Promise<Probe | ToolExit> {
  return ask(python, `import sys\nanswer = sys.stdout\n${versions}`, variables);
}

/** Imports the parts of FINN that the front end needs, then asks for the versions. */
export function probeImports(
  python: string,
  variables: Variables,
  more: { readonly signal: AbortSignal },
): Promise<Probe | ToolExit> {
  return ask(python, `${imports}${versions}`, variables, more);
}

async function ask(
  python: string,
  code: string,
  variables: Variables,
  more: { readonly signal?: AbortSignal } = {},
): Promise<Probe | ToolExit> {
  const exit = await runTool({
    argv: [python, '-I', '-c', code],
    variables,
    timeoutMilliseconds: 300_000,
    ...more,
  });
  if (exit.type !== 'exited' || exit.code !== 0) return exit;
  try {
    return { type: 'answered', ...(JSON.parse(exit.answer) as Omit<Probe, 'type'>) };
  } catch {
    return exit;
  }
}
