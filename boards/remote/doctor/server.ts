import { noPassword } from '../as-root.ts';
import type { Facts, Finding } from './facts.ts';
import { bad, fact, ok, unknown } from './facts.ts';

/** The findings on the account and on the board's server; `ssh` is the destination, `hasSftp` whether files can be sent. */
export function checkServer(facts: Facts, ssh: string, hasSftp: boolean): readonly Finding[] {
  return [account(facts, ssh), sftp(hasSftp), ...installed(facts)];
}

function account(facts: Facts, ssh: string): Finding {
  const user = fact(facts, 'user');
  if (fact(facts, 'root') === 'yes') return ok('account', user === 'root' ? 'root' : `${user}, with sudo`);
  return bad('account', `${user} is not root and has no sudo without a password`, noPassword(ssh, user));
}

function sftp(hasSftp: boolean): Finding {
  if (hasSftp) return ok('sftp', 'files can be sent');
  return bad(
    'sftp',
    'files cannot be sent',
    'the sshd_config of the board requires a line such as `Subsystem sftp internal-sftp`',
  );
}

const install = 'pipeline boards install';

function installed(facts: Facts): readonly Finding[] {
  const version = fact(facts, 'version');
  if (version === '') return [bad('server', 'not installed', install)];
  const runs = fact(facts, 'running') !== '';
  return [
    runs
      ? ok('server', `${version}, runs`)
      : bad('server', `${version}, does not run`, 'pipeline boards logs says why'),
    key(facts),
    firmwareFolder(facts),
    ...selftest(facts),
  ];
}

function key(facts: Facts): Finding {
  const [mode = '', owner = ''] = fact(facts, 'key').split(' ');
  if (mode === '') return unknown('key', 'only root can see it');
  if (mode.startsWith('-rw-------') && owner === fact(facts, 'server-user'))
    return ok('key', 'readable by the server alone');
  return bad(
    'key',
    `its mode is ${mode} and its owner has the number ${owner}, so others than the server may read it`,
    install,
  );
}

function firmwareFolder(facts: Facts): Finding {
  const [mode = '', owner = ''] = fact(facts, 'firmware-folder').split(' ');
  const name = '/lib/firmware/pipeline-board';
  if (mode === '') return bad('firmware', `there is no ${name}`, install);
  if (mode.startsWith('drwxr-xr-x') && owner === fact(facts, 'server-user'))
    return ok('firmware', `${name}, for the server alone`);
  return bad('firmware', `the mode of ${name} is ${mode}, and its owner has the number ${owner}`, install);
}

/** A failed line of the self-test that another finding explains has the fix there. */
function selftest(facts: Facts): readonly Finding[] {
  const lines = facts.get('selftest') ?? [];
  const failed = lines.filter((line) => !line.startsWith('ok '));
  if (lines.length === 0) return [unknown('self-test', 'was not run: it requires root')];
  if (failed.length === 0) return [ok('self-test', `${lines.length} checks`)];
  return failed.map((line) =>
    bad('self-test', line.replace(/^failed\s+/, ''), 'see the other lines; pipeline boards logs has more'),
  );
}
