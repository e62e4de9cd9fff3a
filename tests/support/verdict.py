"""What every scenario ends with: Telegram had nothing to complain of, and every tap was answered exactly once."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any

from tests.support.phones import Control, NotSeen, wait_for


def nothing_wrong(control: Control, *, since: int = 0) -> None:
    """No call against the specification, no call answered with a defect of ours, no tap without its answer."""
    findings = control.get("/control/findings")
    wrong = [found for found in findings["findings"] if found["level"] == "error"]
    assert not wrong, wrong
    taps, answers = taps_and_answers(control, since)
    assert taps <= answers.keys(), f"unanswered: {taps - answers.keys()}"
    assert not [query for query, times in answers.items() if times > 1], "answered twice"


def taps_and_answers(control: Control, since: int = 0) -> tuple[set[str], Counter[str]]:
    """Ids of callback queries that came up, and how often each was answered; late answers are waited for."""
    with contextlib.suppress(NotSeen):
        wait_for(lambda: _counted(control, since)[0] <= _counted(control, since)[1].keys(), "answers")
    return _counted(control, since)


def _counted(control: Control, since: int) -> tuple[set[str], Counter[str]]:
    lines = control.lines(f"/control/calls?since={since}")
    taps = {str(_update(line)["callback_query"]["id"]) for line in lines if "callback_query" in _update(line)}
    answers = Counter(
        str(line["params"]["callback_query_id"])
        for line in lines
        if str(line.get("method")).lower() == "answercallbackquery"
    )
    return taps, answers


def _update(line: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = line.get("update") or {}
    return found


def refusals(control: Control, *, since: int = 0) -> list[str]:
    """What the server refused: method and description."""
    return [
        f"{line['method']}: {line['response'].get('description')}"
        for line in control.lines(f"/control/calls?since={since}")
        if line.get("response") and not line["response"].get("ok", True)
    ]
