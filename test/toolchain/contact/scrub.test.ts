import { expect, test } from 'vitest';
import { scrubber } from '../../../toolchain/contact/scrub.ts';

const scrub = scrubber({
  folders: [
    ['/home/ada', '/home/user'],
    ['/home/ada/project', '/project'],
    ['/tmp/pipeline-doctor-x1', '/work'],
  ],
  user: 'ada',
  host: 'lab-7',
  secrets: ['2100@licences.example.org'],
});

test('names of the machine and of its user are replaced, the longest path first', () => {
  expect(scrub('source /home/ada/project/a.tcl in /tmp/pipeline-doctor-x1/project (/home/ada)')).toBe(
    'source /project/a.tcl in /work/project (/home/user)',
  );
  expect(scrub('# Running On: lab-7, OS: Linux, user ada')).toBe('# Running On: host, OS: Linux, user user');
  expect(scrub('XILINXD_LICENSE_FILE=2100@licences.example.org')).toBe('XILINXD_LICENSE_FILE=SECRET');
  expect(scrub('hostid 3c:7c:3f:01:aa:0F')).toBe('hostid 00:00:00:00:00:00');
});

test('parts of other words are not', () => {
  expect(scrub('adapter adas x.ada lab-70 /home/adam/x')).toBe('adapter adas x.ada lab-70 /home/adam/x');
});

test('root, and a machine without a name, replace nothing', () => {
  const other = scrubber({ folders: [['/', '/home/user']], user: 'root', host: '', secrets: [''] });
  expect(other('root of /a/b')).toBe('root of /a/b');
});
