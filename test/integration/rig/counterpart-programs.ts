import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locateDependencies, locateFinn, requirementsDigest } from '../../../toolchain/finn/locate.ts';
import { locateVerilator } from '../../../toolchain/rtl/tool.ts';
import { root } from '../../rig/sources.ts';
import { toolchainHome } from '../../../toolchain/home.ts';

/** A real program, or what one left behind, that we hold ours against, and how to find it on this machine. */
interface Counterpart {
  /** What is missing, for people. */
  readonly what: string;
  readonly remedy: string;
  /** The path of its program, or of the folder of its files; null where there is none. */
  readonly find: () => string | null;
}

export const counterparts = {
  finn: {
    what: 'FINN+',
    remedy: 'run npx pipeline toolchain install finn, or name its Python in PIPELINE_TEST_FINN_PYTHON',
    find: () => {
      const named = process.env['PIPELINE_TEST_FINN_PYTHON'];
      return named === undefined ? installedFinn() : existing(named);
    },
  },
  verilator: {
    what: 'Verilator, g++ and make',
    remedy:
      'run npx pipeline toolchain install rtl, or name the folder of verilator_bin in PIPELINE_TEST_VERILATOR; install Debian packages g++ make',
    // The folder of the program, for PATH.
    find: () => {
      if (onPath('g++') === null || onPath('make') === null) return null;
      const named = process.env['PIPELINE_TEST_VERILATOR'];
      return named === undefined ? installedVerilator() : existing(named);
    },
  },
  hlslib: {
    what: 'finn-hlslib',
    remedy: 'run npx pipeline toolchain install finn, or name its folder in PIPELINE_TEST_HLSLIB',
    find: () => {
      const named = process.env['PIPELINE_TEST_HLSLIB'];
      return named === undefined ? installedHlslib() : existing(named);
    },
  },
  'hls types': {
    what: 'the types of HLS (ap_int.h), and g++',
    remedy:
      'unpack PyPI hls4ml 1.3.0 and name its hls4ml/templates/vivado/ap_types in PIPELINE_TEST_AP_TYPES; install Debian package g++',
    find: () => {
      const named = process.env['PIPELINE_TEST_AP_TYPES'];
      return named === undefined || onPath('g++') === null ? null : existing(named);
    },
  },
  tcl: {
    what: 'Tcl, which the stand-ins for Vivado and HLS are written in',
    remedy: 'install Debian package tcl',
    find: () => onPath('tclsh'),
  },
  cmake: {
    what: 'CMake and a C++ compiler with libsodium and nlohmann-json',
    remedy: 'install Debian packages cmake g++ libsodium-dev nlohmann-json3-dev',
    find: () => (hasServerLibraries() && onPath('g++') !== null ? onPath('cmake') : null),
  },
  arm: {
    what: 'a C++ compiler for ARM and qemu',
    remedy:
      'install Debian packages cmake g++-arm-linux-gnueabihf qemu-user-static nlohmann-json3-dev autoconf automake libtool',
    find: () =>
      hasServerLibraries() && onPath('arm-linux-gnueabihf-g++') !== null && onPath('autoreconf') !== null
        ? onPath('qemu-arm-static')
        : null,
  },
  m32: {
    what: 'a C++ compiler for 32 bits of this machine',
    remedy: 'install Debian packages cmake g++-12-multilib nlohmann-json3-dev autoconf automake libtool',
    find: () =>
      hasServerLibraries() && onPath('autoreconf') !== null && onPath('cmake') !== null
        ? existing('/usr/lib/gcc/x86_64-linux-gnu/12/32/libstdc++.a')
        : null,
  },
  pty: {
    what: 'a program that gives another one a terminal',
    remedy: 'install Debian package bsdutils',
    find: () => onPath('script'),
  },
  namespaces: {
    what: 'root, who may give processes a network and disks of their own',
    remedy: 'run as root, with Debian packages iproute2 and util-linux',
    find: () => (onPath('ip') !== null && onPath('tc') !== null && maySeparate() ? onPath('unshare') : null),
  },
  recorded: {
    what: 'what Vivado 2022.1 left behind for a FINN design (github bol-edu/2022-fall-ntu)',
    remedy: 'name the folder of these files in PIPELINE_TEST_RECORDED',
    find: () =>
      existing(process.env['PIPELINE_TEST_RECORDED'] ?? join(root, '..', 'shared', 'vivado-2022.1')),
  },
  sshd: {
    what: 'sshd, ssh and sftp of OpenSSH',
    remedy: 'install Debian packages openssh-server openssh-client',
    find: () => (onPath('ssh') !== null && onPath('sftp') !== null ? existing('/usr/sbin/sshd') : null),
  },
  nginx: {
    what: 'nginx with WebDAV, and openssl',
    remedy: 'install Debian packages nginx-light openssl',
    find: () => (onPath('openssl') === null ? null : existing('/usr/sbin/nginx')),
  },
  clang: {
    what: 'clang with libFuzzer',
    remedy: 'install Debian packages cmake clang libsodium-dev nlohmann-json3-dev',
    find: () => (hasServerLibraries() && onPath('cmake') !== null ? onPath('clang++') : null),
  },
} satisfies Readonly<Record<string, Counterpart>>;

function hasServerLibraries(): boolean {
  return existsSync('/usr/include/sodium.h') && existsSync('/usr/include/nlohmann/json.hpp');
}

/** Root of a container may not always. */
function maySeparate(): boolean {
  const trial = ['--mount', '--net', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'trial', '/mnt'];
  return process.getuid?.() === 0 && spawnSync('unshare', trial).status === 0;
}

function onPath(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}

function installedVerilator(): string | null {
  const requirements = readFileSync(join(root, 'templates', 'rtl', 'requirements.txt'), 'utf8');
  return locateVerilator(toolchainHome(process.env, homedir()), requirementsDigest(requirements));
}

function installedHlslib(): string | null {
  const requirements = readFileSync(join(root, 'templates', 'finn', 'requirements.txt'), 'utf8');
  const folder = locateDependencies(toolchainHome(process.env, homedir()), requirementsDigest(requirements));
  return folder === null ? null : existing(join(folder, 'finn-hlslib'));
}

function installedFinn(): string | null {
  const requirements = readFileSync(join(root, 'templates', 'finn', 'requirements.txt'), 'utf8');
  return locateFinn(toolchainHome(process.env, homedir()), requirementsDigest(requirements))?.python ?? null;
}
