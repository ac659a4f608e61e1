import { expect, it } from 'vitest';
import { vivadoStep } from '../../../stages/finn/implement/steps.ts';
import { finnStep } from '../../../stages/finn/steps.ts';

it.each([
  ['[Wed Dec 28 09:35:51 2022] Launched top_xbar_0_synth_1, synth_1...', 'synthesis 1/6'],
  ['Command: link_design -top top_wrapper -part xc7z020clg400-1', 'link_design 2/6'],
  ['Command: phys_opt_design -directive AggressiveExplore', 'phys_opt_design'],
  ['Command: write_bitstream -force top_wrapper.bit', 'write_bitstream 6/6'],
  ['[Wed Dec 28 09:35:52 2022] Launched impl_1...', null],
  ['Command: report_drc -file top_wrapper_drc_opted.rpt', null],
  ['Running DRC as a precondition to command opt_design', null],
  ['# Command: place_design', null],
])('of %s in the log of Vivado, the step is %s', (line, step) => {
  expect(vivadoStep(line)).toBe(step);
});

it.each([
  ['step_generate_hardware (1 of 2)', 'generate_hardware 1/2'],
  ['HLS of MVAU_hls_0', 'HLS of MVAU_hls_0'],
  ['stitching StreamingDataflowPartition_1', 'stitching StreamingDataflowPartition_1'],
  ['HLS of one layer failed', null],
  ['anything else', null],
])('of %s in the output of FINN, the step is %s', (line, step) => {
  expect(finnStep(line)).toBe(step);
});
