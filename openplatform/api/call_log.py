"""The log of calls, written beside them: a caller never waits for it.

Calls are gathered in memory, and a thread of this process writes them some at a time (settings.API_LOG_SECONDS; 0: at
once). What a killed process had not written yet is lost; a process that ends by itself writes it first.
"""

import atexit
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import Error, connection

from openplatform.actions.calls import keep_calls
from openplatform.api.codes import ApiError
from openplatform.models import ApiCall
from platform_site.kernel import clock
from platform_site.kernel.clock import now

log = logging.getLogger(__name__)
MOST_WAITING = 10_000  # beyond this calls are answered but not noted


@dataclass(slots=True)
class CallLog:
    """A call on its way, as the log will show it. `began` is of time.perf_counter()."""

    rid: str
    method: str
    path: str
    address: str
    began: float
    mini_program_id: int | None = None
    errcode: int = 0
    parameter: str = ""
    came: str = ""
    called_at: datetime = field(default_factory=now)
    microseconds: int = 0

    def refuse(self, refusal: ApiError) -> None:
        """It was refused: with what code, and what it was about."""
        self.errcode, self.parameter, self.came = refusal.code, refusal.parameter, refusal.came

    def as_row(self) -> ApiCall:
        """The row that is kept."""
        return ApiCall(
            rid=self.rid,
            mini_program_id=self.mini_program_id,
            method=self.method[:8],
            path=self.path,
            address=self.address[:64],
            called_at=self.called_at,
            microseconds=min(self.microseconds, 2**31 - 1),
            errcode=self.errcode,
            parameter=self.parameter[:40],
            came=self.came[:200],
        )


class Writer:
    """Gathers calls, and writes them from a thread of its own."""

    def __init__(self) -> None:
        self.waiting: deque[CallLog] = deque(maxlen=MOST_WAITING)
        self.something = threading.Event()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None

    def add(self, call: CallLog) -> None:
        """Note a call; the thread is started with the first one."""
        self.waiting.append(call)
        if self.thread is None or not self.thread.is_alive():
            self._start()
        if not self.something.is_set():
            self.something.set()

    def write(self) -> None:
        """Write all that waits."""
        rows = []
        while self.waiting:
            rows.append(self.waiting.popleft().as_row())
        if rows:
            keep_calls(rows)

    def _start(self) -> None:
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="api-call-log", daemon=True)
                self.thread.start()

    def _run(self) -> None:
        while True:
            self.something.wait()
            time.sleep(settings.API_LOG_SECONDS)
            self.something.clear()
            self.write_or_say()

    def write_or_say(self) -> None:
        """Write; a database that does not take it loses these lines of the log and nothing else."""
        try:
            clock.forget()
            self.write()
        except Error:
            log.exception("calls of the server API could not be noted")
        finally:
            connection.close()


WRITER = Writer()


@atexit.register
def _write_the_rest() -> None:
    if WRITER.waiting:
        WRITER.write_or_say()


def note(call: CallLog) -> None:
    """Note a call that has been answered."""
    call.microseconds = int((time.perf_counter() - call.began) * 1_000_000)
    if settings.API_LOG_SECONDS:
        WRITER.add(call)
    else:
        keep_calls([call.as_row()])
