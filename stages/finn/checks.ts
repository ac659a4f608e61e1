import type { Check, CheckContext } from '../../core/contracts/check.ts';
import type { Toolchain } from '../toolchain.ts';
import { vivadoOf } from './frontend.ts';

/** FINN's Python, for stages that run it only if it is the front end. */
export function frontendChecks({ stage, tools }: CheckContext): readonly Check[] {
  return toolchainOf(stage).frontend === 'finn' ? tools.finn() : [];
}

/** Vivado and the boards that it can build for. */
export function vivadoChecks({ stage, tools }: CheckContext): readonly Check[] {
  return tools.vivado(vivadoOf(toolchainOf(stage)));
}

/** FINN and high-level synthesis. */
export function synthesisChecks({ stage, tools }: CheckContext): readonly Check[] {
  return [...tools.finn(), ...tools.synthesis(vivadoOf(toolchainOf(stage)))];
}

/** FINN, and what simulates its RTL. */
export function rtlChecks({ tools }: CheckContext): readonly Check[] {
  return [...tools.finn(), ...tools.rtl()];
}

function toolchainOf({ toolchain }: CheckContext['stage']): Toolchain {
  return toolchain as Toolchain;
}
