"""Stands for a Python with FINN in it: has server.py run the scripts of templates/, and runs all else itself.

    client.py SOCKET PYTHON [ARGUMENT...]
"""

import json
import os
import signal
import socket
import sys

path, python, *argv = sys.argv[1:]
if not argv or not argv[0].startswith("templates/"):
    os.execv(python, [python, *argv])
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(path)
    job = {"argv": argv, "cwd": os.getcwd(), "env": dict(os.environ)}
    socket.send_fds(connection, [json.dumps(job).encode() + b"\n"], [0, 1, 2])
    answers = connection.makefile()
    group = json.loads(answers.readline())["started"]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: os.killpg(group, number))
    status = json.loads(answers.readline())["ended"]
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
sys.exit(status)
