"""Which cause weighs most. Pure."""

from __future__ import annotations

from collections.abc import Mapping

CAUSES = ("communication", "conflicts", "time", "priorities", "routine", "infidelity")
WEIGHT = {"often": 2.0, "sometimes": 1.0, "not_sure": 0.5, "rarely": 0.0}
WEIGHS_MORE = {"infidelity": 1.5}  # one statement speaks of it, and it is never a small thing


def ranked(answers: Mapping[str, str]) -> list[str]:
    """Causes by the mean weight of their answers, heaviest first; those without weight are left out.

    Answers are keyed `<cause>.<place>`. Equal weights keep the order of `CAUSES`.
    """
    weights = {cause: _mean(answers, cause) * WEIGHS_MORE.get(cause, 1.0) for cause in CAUSES}
    heavy = [cause for cause in CAUSES if weights[cause] > 0]
    return sorted(heavy, key=lambda cause: -weights[cause])


def _mean(answers: Mapping[str, str], cause: str) -> float:
    given = [WEIGHT.get(answer, 0.0) for key, answer in answers.items() if key.startswith(f"{cause}.")]
    return sum(given) / len(given) if given else 0.0
