"""The check-up as a chat: from the first tap to the reflection."""

from __future__ import annotations

from tests.support.units import Phone

NINE = ("Rarely",) * 9


def answers(phone: Phone, *nine: str, trust: str = "No", strength: str = "We laugh") -> Phone:
    """Opens the check-up and answers the ten statements."""
    return phone.commands("checkup").taps(strength, *nine, trust)


def of(**heavy: str) -> tuple[str, ...]:
    """Nine answers, rare but for the causes named; each of their statements gets the same one."""
    causes = (*["communication"] * 2, *["conflicts"] * 2, *["time"] * 2, "priorities", *["routine"] * 2)
    return tuple(heavy.get(cause, "Rarely") for cause in causes)
