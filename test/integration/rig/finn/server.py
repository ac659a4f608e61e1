"""FINN, imported once for all tests: forks a process for every connection, so that none sees what another one did.

    server.py SOCKET

A connection begins with a line of JSON. {"directory"}: the process answers questions, a line each (see questions.py),
and FINN keeps its files in the directory. {"argv", "cwd", "env"}, together with three file descriptors: the process runs
the script as `python argv...` would, with the descriptors as its standard streams. The server sends {"started": PID},
and when the process has ended {"ended": STATUS}, the exit code or minus the number of a signal. The process leads a
group, which the server kills when whoever connected goes away. It ends with its standard input.
"""

import atexit
import json
import logging
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).parent


def serve(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    print("listening", flush=True)
    events = select.poll()
    events.register(listener, select.POLLIN)
    # Standard input is open as long as whoever started this server lives.
    events.register(sys.stdin, select.POLLRDHUP)
    # FINN is imported only when it is needed: many tests do without.
    if sys.stdin.fileno() in dict(events.poll()):
        return
    import questions

    connections, processes = {}, {}
    while True:
        for descriptor, _ in events.poll():
            if descriptor == sys.stdin.fileno():
                for pid in connections.values():
                    kill_group(pid)
                return
            if descriptor == listener.fileno():
                connection, _ = listener.accept()
                pid = fork(connection, listener, questions)
                process = os.pidfd_open(pid)
                # Its end only: what comes through it is for the process.
                events.register(connection, select.POLLRDHUP)
                events.register(process, select.POLLIN)
                connections[connection.fileno()] = pid
                processes[process] = (pid, connection)
            elif descriptor in connections:
                events.unregister(descriptor)
                kill_group(connections.pop(descriptor))
            elif descriptor in processes:
                events.unregister(descriptor)
                os.close(descriptor)
                pid, connection = processes.pop(descriptor)
                _, status = os.waitpid(pid, 0)
                if connections.pop(connection.fileno(), None) is not None:
                    events.unregister(connection)
                send(connection, {"ended": os.waitstatus_to_exitcode(status)})
                connection.close()


def fork(connection, listener, questions):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setpgid(0, 0)
            listener.close()
            send(connection, {"started": os.getpid()})
            status = begin(connection, questions)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass  # It was quicker.
    return pid


def begin(connection, questions):
    received, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while b"\n" not in received:
        more = connection.recv(1 << 16)
        if more == b"":
            return 1
        received += more
    first, _, rest = received.partition(b"\n")
    asked = json.loads(first)
    if "directory" not in asked:
        return run_script(descriptors, **asked)
    directory = asked["directory"]
    os.environ |= {"HOME": directory, "TMPDIR": directory, "FINN_BUILD_DIR": directory}
    tempfile.tempdir = None
    log = os.open(Path(directory, "finn.log"), os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for line in lines(connection, rest):
        send(connection, questions.answered(json.loads(line)))
    return 0


def lines(connection, received):
    while True:
        line, end, rest = received.partition(b"\n")
        if end:
            yield line
            received = rest
            continue
        more = connection.recv(1 << 20)
        if more == b"":
            return
        received += more


def run_script(descriptors, argv, cwd, env):
    for stream, descriptor in enumerate(descriptors):
        os.dup2(descriptor, stream)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    # That of this process: the order of sets is part of what is tested.
    os.environ |= env | {"PYTHONHASHSEED": "0"}
    tempfile.tempdir = None
    forget_ours()
    sys.argv = argv
    sys.path.insert(0, str(Path(argv[0]).resolve().parent))
    try:
        runpy.run_path(argv[0], run_name="__main__")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    atexit._run_exitfuncs()
    return status


def forget_ours():
    """A script imports its own modules anew, and sets up its own logging."""
    folders = [folder for folder in sys.path if Path(folder) == HERE or folder.endswith(("templates/finn", "templates/rtl"))]
    sys.path[:] = [folder for folder in sys.path if folder not in folders]
    for name, module in list(sys.modules.items()):
        if name != "__main__" and str(Path(getattr(module, "__file__", None) or "/").parent) in folders:
            del sys.modules[name]
    logging.root.handlers.clear()


def send(connection, value):
    try:
        connection.sendall(json.dumps(value, default=plain).encode() + b"\n")
    except OSError:
        pass  # Whoever asked has gone.


def plain(value):
    return value.item() if hasattr(value, "item") else str(value)


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    # Tests of boards measure time, and FINN does not.
    os.nice(5)
    serve(sys.argv[1])
