import { describe, expect, it } from 'vitest';
import { pipFailure, pipProgress } from '../../toolchain/finn/pip-output.ts';

describe('pipProgress', () => {
  it.each([
    [
      'a wheel of an index',
      '  Downloading onnx-1.21.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl (17.6 MB)',
      { type: 'found', name: 'onnx', size: '17.6 MB' },
    ],
    [
      'one that is loaded after all were looked up',
      'Downloading https://download.pytorch.org/whl/cpu/torch-2.13.0%2Bcpu-cp311-cp311-linux_x86_64.whl (191.8 MB)',
      { type: 'found', name: 'torch', size: '191.8 MB' },
    ],
    [
      "one of pip's cache",
      '  Using cached typing_extensions-4.16.0-py3-none-any.whl (45 kB)',
      { type: 'found', name: 'typing-extensions', size: '45 kB' },
    ],
    [
      'one on disk',
      'Processing /srv/wheels/torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl',
      { type: 'found', name: 'torch', size: null },
    ],
    [
      'one that is there',
      'Requirement already satisfied: setuptools==79.0.1 in ./lib/python3.11/site-packages (79.0.1)',
      { type: 'found', name: 'setuptools', size: null },
    ],
    [
      'the last part',
      'Installing collected packages: toposort, pyyaml, numpy, mip',
      { type: 'unpacking', names: ['toposort', 'pyyaml', 'numpy', 'mip'] },
    ],
    ['a package that is looked up', 'Collecting numpy==2.4.6', null],
    [
      'what is known of a wheel',
      '  Downloading numpy-2.4.6-cp311-cp311-linux_x86_64.whl.metadata (6.6 kB)',
      null,
    ],
    ['the indexes', 'Looking in indexes: https://download.pytorch.org/whl/cpu', null],
  ])('reads %s', (_, line, expected) => {
    expect(pipProgress(line)).toEqual(expected);
  });
});

describe('pipFailure', () => {
  const retry = (why: string): string =>
    `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by '${why}': /simple/toposort/
ERROR: Could not find a version that satisfies the requirement toposort==1.10 (from versions: none)
ERROR: No matching distribution found for toposort==1.10
`;
  const connection =
    '<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f2d97634310>: Failed to establish a new connection: ';

  it.each([
    [
      'no name server',
      retry(`NewConnectionError('${connection}[Errno -2] Name or service not known')`),
      { type: 'no-network', reason: 'Name or service not known' },
    ],
    [
      'a proxy that is not there',
      retry(
        `ProxyError('Cannot connect to proxy.', NewConnectionError('${connection}[Errno 111] Connection refused'))`,
      ),
      { type: 'no-network', reason: 'Connection refused' },
    ],
    [
      'a connection that ended',
      `ERROR: Exception:
Traceback (most recent call last):
pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.
`,
      {
        type: 'no-network',
        reason:
          "ReadTimeoutError: HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.",
      },
    ],
    [
      'a wheel that a folder lacks',
      `Looking in links: wh
ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: none)
ERROR: No matching distribution found for numpy==2.4.6
`,
      { type: 'missing', requirement: 'numpy==2.4.6' },
    ],
    [
      'a version that an index lacks, after a connection that broke once',
      `WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f1>, 'Connection timed out.')': /simple/torch/
ERROR: Could not find a version that satisfies the requirement torch==2.13.0+cpu (from versions: 2.12.1, 2.13.0, 2.14.0)
ERROR: No matching distribution found for torch==2.13.0+cpu
`,
      { type: 'missing', requirement: 'torch==2.13.0+cpu' },
    ],
    [
      'a full disk',
      'Installing collected packages: pandas, numpy\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n',
      { type: 'disk-full' },
    ],
    [
      'a folder that may not be written',
      "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/srv/tools/lib'\nCheck the permissions.\n",
      { type: 'not-writable', path: '/srv/tools/lib' },
    ],
    ['what it does not know', 'Segmentation fault\n', { type: 'unknown' }],
  ])('knows %s', (_, output, expected) => {
    expect(pipFailure(output)).toEqual(expected);
  });
});
