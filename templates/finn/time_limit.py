"""An end to steps that never come to one: some of FINN's transformations undo each other's work forever."""

import signal
from contextlib import contextmanager

from session import Failed

# Per step. A limit of the user's own, such as `timeout: 3 h` of a stage, is for the whole job.
MINUTES = 60


@contextmanager
def time_limit(step, minutes=MINUTES):
    def stop(_number, _frame):
        message = f"{step} has not ended within {minutes} minutes; some networks keep FINN's steps busy forever"
        hint = "use another preset or other steps, or fewer layers"
        raise Failed("finn/step-endless", message, hint)

    before = signal.signal(signal.SIGALRM, stop)
    # Again every second: FINN catches exceptions here and there.
    signal.setitimer(signal.ITIMER_REAL, minutes * 60, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
