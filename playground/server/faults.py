"""What can be made to go wrong: answers of the Web API, and deliveries."""

from dataclasses import dataclass, field
from typing import Literal, get_args

FaultKind = Literal["ratelimited", "server_error", "reset", "reset_after", "slow"]
"""429 with Retry-After · 500 without JSON · connection reset before the work · after the work · a slow answer."""


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` ("*": any). `seconds`: how slow, or what Retry-After says."""

    method: str
    kind: FaultKind
    times: int
    seconds: float


@dataclass
class Faults:
    """The faults that are still to happen."""

    pending: list[Fault] = field(default_factory=list)
    duplicate: int = 0
    reorder: int = 0

    def inject(self, method: str = "*", times: int = 1, kind: FaultKind = "ratelimited", seconds: float = 1.0) -> None:
        if kind not in get_args(FaultKind):
            raise ValueError(kind)
        self.pending.append(Fault(method, kind, times, seconds))

    def duplicate_next(self, n: int = 1) -> None:
        """Delivers each of the next n events twice, with the same event id."""
        self.duplicate += n

    def reorder_next(self, n: int = 2) -> None:
        """Delivers the next n in reverse order."""
        self.reorder += n

    def clear(self) -> None:
        self.pending.clear()
        self.duplicate = self.reorder = 0

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, if any."""
        for fault in self.pending:
            if fault.method in ("*", method):
                fault.times -= 1
                if fault.times <= 0:
                    self.pending.remove(fault)
                return fault
        return None

    def takes_duplicate(self) -> bool:
        taken = self.duplicate > 0
        self.duplicate -= taken
        return taken

    def takes_reorder(self) -> bool:
        taken = self.reorder > 0
        self.reorder -= taken
        return taken
