import { expect, it } from 'vitest';
import { worstPath } from '../../vivado/worst-path.ts';

const path = (
  slack: string,
  from: string,
  type: string,
  levels: string,
) => `Slack (${slack.startsWith('-') ? 'VIOLATED' : 'MET'}) :             ${slack}ns  (required time - arrival time)
  Source:                 ${from}
                            (rising edge-triggered cell FDRE clocked by clk_fpga_0  {rise@0.000ns fall@5.000ns period=10.000ns})
  Destination:            top_i/b/D
  Path Group:             clk_fpga_0
  Path Type:              ${type}
  Requirement:            10.000ns  (clk_fpga_0 rise@10.000ns - clk_fpga_0 rise@0.000ns)
  Data Path Delay:        9.597ns  (logic 0.580ns (6.044%)  route 9.017ns (93.956%))
  Logic Levels:           ${levels}
`;

it('is the path of least slack among all that a report describes', () => {
  const report = [
    'Max Delay Paths\n',
    path('0.067', 'top_i/a/C', 'Setup (Max at Slow Process Corner)', '1  (LUT5=1)'),
    'Min Delay Paths\n',
    path('-0.019', 'top_i/c/C', 'Hold (Min at Fast Process Corner)', '0'),
    'Slack:                    inf\n  Source:                 top_i/x\n',
  ].join('\n');
  expect(worstPath(report)).toEqual({
    slack: -0.019,
    from: 'top_i/c/C',
    to: 'top_i/b/D',
    type: 'Hold',
    delay: '9.597ns  (logic 0.580ns (6.044%)  route 9.017ns (93.956%))',
    levels: 0,
  });
});

it('is missing in a report that describes none', () => {
  expect(worstPath('| Design Timing Summary')).toBeNull();
});
