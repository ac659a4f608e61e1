/** The parameter of the steps that run Vivado for its initialisation script, which they place where Vivado looks for it. */
export const initFile = {
  as: 'content',
  name: 'Vivado_init.tcl',
  writtenAt: ['tools', 'vivado', 'init'],
} as const;

export interface InitParams {
  readonly init?: string;
}
