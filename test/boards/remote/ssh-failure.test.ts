import { describe, expect, test } from 'vitest';
import type { SshStage } from '../../../boards/remote/ssh-failure.ts';
import { noisyLogin, noSftp, sshFailure } from '../../../boards/remote/ssh-failure.ts';
import { writeFailure } from '../../../boards/remote/write-failure.ts';

const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:VpJ+yrQu4IeFKKlrsO1IJSKOxVCA3/s61iorp5rVFd4.
Please contact your system administrator.
Add correct host key in /home/me/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/me/.ssh/known_hosts:17
Host key for [10.0.0.7]:2222 has changed and you have requested strict checking.
Host key verification failed.\r
`;

describe('the end of ssh', () => {
  // Verbatim messages of OpenSSH 9.2.
  test.each<[string, SshStage, number, string, string, string]>([
    [
      'connecting',
      'connecting',
      255,
      'ssh: connect to host 10.0.0.7 port 22: Connection refused\r\n',
      'ssh/unreachable',
      'ssh cannot reach zed0 (root@lab): ssh: connect to host 10.0.0.7 port 22: Connection refused',
    ],
    [
      'an expired password, as PAM and sshd report it',
      'connecting',
      1,
      'You are required to change your password immediately (administrator enforced).\r\nWARNING: Your password has expired.\r\nPassword change required but no TTY available.\r\n',
      'ssh/password-expired',
      'the password of this user on zed0 (root@lab) has expired, so nothing can be run there',
    ],
    [
      'no route',
      'connecting',
      255,
      'ssh: connect to host 10.0.0.7 port 22: No route to host\r\n',
      'ssh/unreachable',
      'No route to host',
    ],
    [
      'no answer',
      'connecting',
      255,
      'ssh: connect to host 10.0.0.7 port 22: Connection timed out\r\n',
      'ssh/unreachable',
      'Connection timed out',
    ],
    [
      'no banner',
      'connecting',
      255,
      'Connection timed out during banner exchange\r\nConnection to 10.0.0.7 port 22 timed out\r\n',
      'ssh/unreachable',
      'port 22 timed out',
    ],
    [
      'no name',
      'connecting',
      255,
      'ssh: Could not resolve hostname lab: Name or service not known\r\n',
      'ssh/unreachable',
      'Could not resolve hostname lab',
    ],
    [
      'behind a jump host',
      'connecting',
      255,
      'channel 0: open failed: connect failed: Connection refused\r\nstdio forwarding failed\r\n',
      'ssh/unreachable',
      'stdio forwarding failed',
    ],
    [
      'dropped',
      'connecting',
      255,
      'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 10.0.0.7 port 22\r\n',
      'ssh/unreachable',
      'Connection closed by 10.0.0.7 port 22',
    ],
    [
      'unknown key',
      'connecting',
      255,
      'Host key verification failed.\r\n',
      'ssh/host-key-unknown',
      'the host key of zed0 (root@lab) is not known yet',
    ],
    [
      'changed key',
      'connecting',
      255,
      changed,
      'ssh/host-key-changed',
      '(/home/me/.ssh/known_hosts, line 17)',
    ],
    [
      'denied',
      'connecting',
      255,
      'root@10.0.0.7: Permission denied (publickey,password).\r\n',
      'ssh/denied',
      'root@10.0.0.7: Permission denied (publickey,password).',
    ],
    [
      'too many keys',
      'connecting',
      255,
      'Received disconnect from 10.0.0.7 port 22:2: Too many authentication failures\r\nDisconnected from 10.0.0.7 port 22\r\n',
      'ssh/denied',
      'Disconnected',
    ],
    [
      'no program',
      'connecting',
      127,
      'sh: 4: ssh: not found\n',
      'ssh/no-client',
      'there is no ssh on this machine',
    ],
    [
      'no program, by bash',
      'connected',
      127,
      'sh: line 4: sftp: command not found\n',
      'ssh/no-client',
      'there is no sftp on this machine',
    ],
    [
      'silence',
      'connected',
      255,
      'Timeout, server 10.0.0.7 not responding.\r\n',
      'ssh/connection-lost',
      'broke: Timeout, server 10.0.0.7 not responding.',
    ],
    [
      'a reset',
      'connected',
      255,
      'client_loop: send disconnect: Broken pipe\r\n',
      'ssh/connection-lost',
      'Broken pipe',
    ],
    [
      'without a word',
      'connected',
      255,
      '',
      'ssh/connection-lost',
      'the ssh connection to zed0 (root@lab) broke',
    ],
    [
      'something else',
      'connecting',
      255,
      'config: line 1: Bad configuration option: bogus\nconfig: terminating, 1 bad configuration options\n',
      'ssh/failed',
      'exit code 255: config: line 1: Bad configuration option: bogus',
    ],
  ])('%s', (_, stage, code, complaint, expected, message) => {
    const refusal = sshFailure({ board: 'zed0', ssh: 'root@lab', sshConfig: null }, stage, {
      code,
      complaint,
    });
    expect(refusal.code).toBe(expected);
    expect(refusal.message).toContain(message);
    expect(refusal.hint).toBeDefined();
  });

  test('reports a board without sftp', () => {
    expect(noSftp({ board: 'zed0', ssh: 'root@lab', sshConfig: null })).toMatchObject({
      code: 'ssh/no-sftp',
      message: 'zed0 (root@lab) does not offer sftp, which is needed to send files',
    });
  });

  test('reports a login that prints into sftp', () => {
    expect(noisyLogin({ board: 'zed0', ssh: 'zed0', sshConfig: null })).toMatchObject({
      code: 'ssh/noisy-login',
      message: 'the output of a login on zed0 gets into sftp, which sends the files',
      hint: expect.stringContaining('.bashrc') as string,
    });
  });

  test('names the command that removes a changed key', () => {
    expect(
      sshFailure({ board: 'zed0', ssh: 'zed0', sshConfig: null }, 'connecting', {
        code: 255,
        complaint: changed,
      }),
    ).toMatchObject({
      message: 'zed0 has a different host key than the known one (/home/me/.ssh/known_hosts, line 17)',
      hint: expect.stringContaining("ssh-keygen -f /home/me/.ssh/known_hosts -R '[10.0.0.7]:2222'") as string,
    });
  });
});

describe('a board that cannot write', () => {
  test.each([
    [
      "mkdir: can't create directory 'z/': Read-only file system",
      'deploy/not-writable',
      'read-only file system',
    ],
    [
      "mkdir: cannot create directory 'x': Permission denied",
      'deploy/not-writable',
      'may not write to /x on zed0',
    ],
    ["dd: error writing '.trial': No space left on device", 'deploy/disk-full', 'the disk of zed0 is full'],
    [
      "mv: can't rename 'a': Input/output error",
      'deploy/failed',
      "zed0 could not write to /x: mv: can't rename",
    ],
  ])('%s', (complaint, code, message) => {
    expect(writeFailure('zed0', '/x', complaint)).toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
});
