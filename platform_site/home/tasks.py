"""A task of the publishing flow, and how it stands."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a task stands."""

    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Task:
    """A task of the flow. `who` must act; `why` says why it is closed or what it waits for; `href` leads to it."""

    state: State
    text: str
    label: str = ""
    who: str = ""
    why: str = ""
    action: str = ""
    href: str = ""
