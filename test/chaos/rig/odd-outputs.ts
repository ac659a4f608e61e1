import type { Ground } from './ground.ts';

/** A command with an odd output `o` (or what `outputs` says); every one also makes the output `keep`. */
export interface OddOutput {
  readonly name: string;
  readonly body: (ground: Ground, isLong: boolean) => string;
  /** Whether it must be kept, or may also be refused; `refused` if nothing sensible can be kept. */
  readonly verdict: 'kept' | 'refused' | 'either';
  /** What a refusal must name (default: `o`). */
  readonly named?: string;
  readonly outputs?: readonly string[];
  /** The bytes are whatever they were at the moment; only that they stay the same counts. */
  readonly isUnsteady?: boolean;
}

/** Every way we know in which what a command leaves is not simply files. The command runs with -e in its own folder. */
export const oddOutputs: readonly OddOutput[] = [
  ...[
    odd('link to an earlier file', 'mkdir out/o; echo 1 > out/o/a; ln -s a out/o/z', 'either', 'o/z'),
    odd('link to a later file', 'mkdir out/o; echo 1 > out/o/z; ln -s z out/o/a', 'either', 'o/a'),
    odd('chain of links', 'mkdir out/o; echo 1 > out/o/m; ln -s m out/o/z; ln -s z out/o/a', 'either', 'o/'),
    odd(
      'link to a folder within',
      'mkdir -p out/o/d; echo 1 > out/o/d/f; ln -s d out/o/a; ln -s d out/o/z',
      'either',
      'o/',
    ),
    odd('link to itself', 'ln -s o out/o', 'refused'),
    odd(
      'links in a circle',
      'mkdir out/o; ln -s b out/o/a; ln -s a out/o/b; echo 1 > out/o/c',
      'refused',
      'o/',
    ),
    odd('link to its own folder', 'mkdir out/o; echo 1 > out/o/f; ln -s . out/o/again', 'either', 'o/again'),
    odd('link to the folder above', 'mkdir out/o; echo 1 > out/o/f; ln -s .. out/o/up', 'either', 'o/up'),
    odd('link to nothing', 'mkdir out/o; echo 1 > out/o/f; ln -s nowhere out/o/l', 'refused', 'o/l'),
    odd('link to /', 'mkdir out/o; echo 1 > out/o/f; ln -s / out/o/root', 'refused', 'o/root'),
    odd('link to /etc', 'ln -s /etc out/o', 'refused'),
    odd('link to /etc/passwd', 'mkdir out/o; ln -s /etc/passwd out/o/p', 'either', 'o/p'),
    odd('link to /proc/self/mem', 'ln -s /proc/self/mem out/o', 'refused'),
    odd('output that links to another output', 'ln -s keep out/o', 'either'),
    odd('outputs that link to each other', 'ln -s q out/o; ln -s o out/q', 'refused', 'o', ['o', 'q']),
    odd('link into its inputs', 'ln -s ../in/files/input out/o', 'either'),
    odd('link to its own scratch file', 'echo 1 > scratch; ln -s ../scratch out/o', 'either'),
    odd('hard links within', 'mkdir out/o; echo 1 > out/o/a; ln out/o/a out/o/b; ln out/o/a out/o/z', 'kept'),
    odd('hard links between outputs', 'echo 1 > out/o; ln out/o out/q', 'kept', 'o', ['o', 'q']),
    odd('FIFO', 'mkfifo out/o', 'refused'),
    odd('FIFO in a folder', 'mkdir out/o; echo 1 > out/o/f; mkfifo out/o/fifo', 'refused', 'o/fifo'),
    odd('device null', 'mknod out/o c 1 3', 'refused'),
    odd('device zero in a folder', 'mkdir out/o; mknod out/o/zero c 1 5', 'refused', 'o/zero'),
    odd('no output at all', 'true', 'refused'),
    odd('empty folder', 'mkdir out/o', 'either'),
    odd('folder of empty folders', 'mkdir -p out/o/a/b out/o/c; echo 1 > out/o/f', 'kept'),
    odd('name with a newline', 'mkdir out/o; echo 1 > "out/o/$(printf \'a\\nb\')"', 'kept'),
    odd(
      'name with control characters',
      'mkdir out/o; echo 1 > "out/o/$(printf \'a\\033[2Jb\\177\')"',
      'kept',
    ),
    odd('name that is not UTF-8', 'mkdir out/o; echo 1 > "out/o/$(printf \'a\\377b\')"', 'refused', 'o/'),
    odd(
      'two names alike but for bytes that are not UTF-8',
      'mkdir out/o; echo 1 > "out/o/$(printf \'a\\377\')"; echo 2 > "out/o/$(printf \'a\\376\')"',
      'refused',
      'o/',
    ),
    odd(
      'composed and decomposed names',
      'mkdir out/o; echo 1 > "out/o/$(printf \'\\303\\251\')"; echo 2 > "out/o/$(printf \'e\\314\\201\')"',
      'kept',
    ),
    odd('names that differ in case', 'mkdir out/o; echo 1 > out/o/A; echo 2 > out/o/a', 'kept'),
    odd('name of 255 bytes', "mkdir out/o; echo 1 > out/o/$(printf '%0255d' 0)", 'kept'),
    odd(
      'path of 3000 bytes',
      "d=out/o; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do d=$d/$(printf '%0245d' $i); done; mkdir -p $d; echo 1 > $d/f",
      'either',
      'o/',
    ),
    odd(
      'path beyond PATH_MAX',
      'mkdir out/o; cd out/o; i=0; while [ $i -lt 25 ]; do d=$(printf \'%0200d\' $i); mkdir $d; cd -P $d; i=$((i+1)); done; echo 1 > f; cd /proc/$$/cwd; cd "$HOME"',
      'either',
      'o/',
    ),
    odd(
      'backslashes and quotes',
      "mkdir out/o; echo 1 > 'out/o/a\\b'; echo 2 > 'out/o/\"q\"'; echo 3 > \"out/o/it's\"",
      'kept',
    ),
    odd(
      'leading dashes and dots',
      "mkdir out/o; echo 1 > out/o/-rf; echo 2 > out/o/--; echo 3 > out/o/.hidden; echo 4 > out/o/...; echo 5 > 'out/o/ '",
      'kept',
    ),
    odd(
      'names of properties',
      'mkdir out/o; echo 1 > out/o/__proto__; echo 2 > out/o/constructor; echo 3 > out/o/toString',
      'kept',
    ),
    odd('output named __proto__', 'echo 1 > out/__proto__', 'either', '__proto__', ['__proto__']),
    odd('output named constructor', 'echo 1 > out/constructor', 'kept', 'constructor', ['constructor']),
    odd('unreadable file', 'mkdir out/o; echo 1 > out/o/f; chmod 0 out/o/f', 'either', 'o/f'),
    odd('unreadable folder', 'mkdir -p out/o/d; echo 1 > out/o/d/f; chmod 0 out/o/d', 'either', 'o/d'),
    odd('read-only folder', 'mkdir -p out/o/d; echo 1 > out/o/d/f; chmod 555 out/o/d out/o', 'kept'),
    odd('read-only out', 'echo 1 > out/o; chmod 555 out', 'kept'),
    odd('setuid and sticky bits', 'echo 1 > out/o; chmod 6755 out/o', 'kept'),
    odd(
      'out replaced by a link',
      'mkdir other; mv out/* other; rmdir out; ln -s other out; echo 1 > other/o',
      'either',
      'out',
    ),
    odd('out replaced by a file', 'mv out/keep kept; rmdir out; mv kept out', 'refused'),
    odd('out made again', 'rm -rf out; mkdir out; echo precious > out/keep; echo 1 > out/o', 'kept'),
    odd('rm -rf *', 'rm -rf *; mkdir out; echo precious > out/keep; echo 1 > out/o', 'kept'),
    odd(
      'rm -rf of its own folder',
      'h=$HOME; cd /; rm -rf "$h"; mkdir "$h" "$h/out"; echo precious > "$h/out/keep"; echo 1 > "$h/out/o"',
      'either',
      '',
    ),
    odd(
      'its own folder moved away and copied back',
      'h=$HOME; cd /; cp -R "$h" "$h.copy"; rm -rf "$h"; mv "$h.copy" "$h"; echo 1 > "$h/out/o"',
      'either',
      '',
    ),
    odd('rm log', 'echo noise; rm -f log; echo 1 > out/o', 'kept'),
    odd('a folder named log', 'rm -f log; mkdir log; echo 1 > out/o', 'kept'),
    odd('a link named log', 'rm -f log; ln -s out/o log; echo 1 > out/o', 'kept'),
    odd('a folder named reserve', 'rm -f reserve; mkdir reserve; echo 1 > out/o', 'kept'),
    odd(
      'files named like those of the engine',
      'for n in log reserve lock params.json tmp in; do rm -rf $n; mkdir $n; done; echo 1 > out/o',
      'kept',
    ),
    odd('inputs made read-only and deleted', 'chmod -R 0 in; rm -rf in; echo 1 > out/o', 'kept'),
    odd(
      'a file with 1000 links outside of out',
      'echo 1 > out/o; mkdir l; i=0; while [ $i -lt 1000 ]; do ln out/o l/$i; i=$((i+1)); done',
      'kept',
    ),
    odd(
      '20 000 characters in the log without a newline',
      "head -c 20000 /dev/zero | tr '\\0' x; echo 1 > out/o",
      'kept',
    ),
    odd('bytes that are no text in the log', 'head -c 5000 /dev/urandom; echo 1 > out/o', 'kept'),
    odd('output closed', 'exec >&- 2>&-; echo 1 > out/o || true', 'kept'),
  ],
  {
    name: 'socket',
    body: () =>
      "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('out/o')\" || node -e \"require('net').createServer().listen('out/o', () => process.kill(process.pid, 'SIGKILL'))\" || true",
    verdict: 'refused',
  },
  {
    name: 'hard link to a file of the project',
    body: ({ project }) => `ln ${project}/big out/o`,
    verdict: 'either',
  },
  {
    name: 'link to a file of the project',
    body: ({ project }) => `ln -s ${project}/big out/o`,
    verdict: 'either',
  },
  {
    name: 'link to the project',
    body: ({ project }) => `mkdir out/o; ln -s ${project} out/o/project`,
    verdict: 'refused',
    named: 'o/project',
  },
  {
    name: 'link to the state of the engine',
    body: ({ project }) => `ln -s ${project}/.pipeline out/o`,
    verdict: 'refused',
  },
  {
    name: 'background writer with the output open',
    // Long enough to be there after the run, and ended with the round by its marker.
    body: () =>
      "setsid sh -c 'exec > out/o; i=0; while [ $i -lt 3000 ]; do echo more; i=$((i+1)); sleep 0.01; done' < /dev/null 2> /dev/null & sleep 0.2",
    verdict: 'either',
    isUnsteady: true,
  },
  {
    name: 'background process that only lives on',
    body: () => 'setsid sleep 300 < /dev/null > /dev/null 2>&1 & echo 1 > out/o',
    verdict: 'kept',
  },
  {
    name: 'background process that holds the log open',
    body: () => 'setsid sleep 300 & echo 1 > out/o',
    verdict: 'kept',
  },
  {
    name: 'sparse file of 100 MB, or 1 GB',
    body: (_, isLong) =>
      `truncate -s ${isLong ? '1G' : '100M'} out/o; printf x | dd of=out/o bs=1 seek=50000000 conv=notrunc 2> /dev/null`,
    verdict: 'kept',
  },
  {
    name: 'many files',
    body: (_, isLong) =>
      `mkdir out/o; cd out/o; seq ${isLong ? 100_000 : 20_000} | split -l 1 -a 4 -; cd ../..`,
    verdict: 'kept',
  },
  {
    name: '500 MB in the log',
    body: (_, isLong) => `head -c ${isLong ? 560_000_000 : 20_000_000} /dev/zero; echo 1 > out/o`,
    verdict: 'kept',
  },
];

function odd(
  name: string,
  body: string,
  verdict: OddOutput['verdict'],
  named = 'o',
  outputs: readonly string[] = ['o'],
): OddOutput {
  return { name, body: () => body, verdict, named, outputs };
}
