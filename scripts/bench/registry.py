"""What can be measured: the names of design/bench.md, where each is measured, and its goal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One measurement: the module of scripts/bench/measures/ with `measure() -> Figures`, and the world that it needs.

    `world` is "postgresql", "demo" (SQLite with the demo world in it) or "folder" (an empty folder).
    """

    module: str
    world: str
    what: str


MEASUREMENTS: dict[str, Measurement] = {
    "claim_next": Measurement("claim_next", "postgresql", "50 reviewers take the next at one moment ÷ the same in SQL"),
    "inspect_2mb": Measurement("inspect_2mb", "folder", "inspector of a 2 MB program ÷ read, hash and parse its files"),
    "queue_1m": Measurement("queue_1m", "postgresql", "the desk's pages among 1,000,000 submissions ÷ among 1,000"),
    "sweep_1m": Measurement("sweep_1m", "postgresql", "10,000 due of 1,000,000 remittances ÷ plain SQL"),
    "token_check": Measurement("token_check", "demo", "a call of the server API with its token ÷ a bare view"),
}
