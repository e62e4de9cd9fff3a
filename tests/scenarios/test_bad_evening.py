"""The main evening by polling and by webhook while Telegram and the line misbehave: as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import connect, sends_letter

pytestmark = pytest.mark.xdist_group("processes")

DISORDER = {
    "webhook": (
        {"kind": "duplicate_update", "probability": 0.3, "seed": 1},
        {"kind": "lost_answer", "probability": 0.12, "seed": 2},
        {"kind": "cut_update", "probability": 0.12, "seed": 3},
    ),
    "polling": (
        {"kind": "duplicate_update", "probability": 0.3, "seed": 1},
        {"kind": "cut_after", "method": "getUpdates", "probability": 0.12, "seed": 2},
        {"kind": "502_html", "method": "getUpdates", "probability": 0.12, "seed": 3},
    ),
}
SENDING = (
    {"kind": "cut_before", "method": "sendMessage", "count": 2},
    {"kind": "502", "method": "editMessageText", "count": 2},
    {"kind": "429", "method": "sendMessage", "retry_after": 1, "count": 1},
)


@pytest.fixture(scope="module", params=["webhook", "polling"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp(request.param), webhook=request.param == "webhook") as stage:
        stage.start_bot()
        yield stage


def an_evening(ana: Phone, ben: Phone) -> None:
    """Two people meet, one writes in parts and corrects one, the other reads, folds and thanks."""
    connect(ana, ben)
    sends_letter(ana, "I miss our evenings.", "Last year we walked by the river.", "Shall we?")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(notice["id"], "I miss our evenings.\n\nLast year we walked by the river.\n\nShall we?")
    ben.taps("Fold it away", on=notice["id"])
    ben.finds(notice["id"], "Folded away")
    for person, word in ((ana, "/menu"), (ben, "/letters")):
        person.says(word)
    ana.sees("What would you like to do?")
    ben.sees("Your letters:")


Screen = list[tuple[str, str, list[str]]]


def difference(one: Screen, other: Screen) -> tuple[Screen, Screen]:
    """What stands on one screen only, so often."""
    return (
        [line for line in one if one.count(line) > other.count(line)],
        [line for line in other if other.count(line) > one.count(line)],
    )


def shown(phone: Phone) -> Screen:
    """What the bot has put on a screen, freed of ids; a letter's notice comes when it comes."""
    return sorted((m["kind"], m.get("text") or "", [b["text"] for b in buttons(m)]) for m in phone.from_bot())


def test_an_evening_with_everything_going_wrong_ends_as_one_without(stage: Stage, evening: Stage) -> None:
    calm = (evening.phone("Ana"), evening.phone("Ben"))
    an_evening(*calm)
    evening.comes_to_rest()
    troubled = (evening.phone("Ana"), evening.phone("Ben"))
    for fault in (*DISORDER["webhook" if stage.webhook else "polling"], *SENDING):
        evening.control.post("/control/faults", **fault)
    an_evening(*troubled)
    faults = evening.control.get("/control/faults")["faults"]
    evening.control.delete("/control/faults")
    evening.comes_to_rest()
    hits = {fault["kind"]: len(fault["hits"]) for fault in faults}
    assert min(hits.values()) >= 1, hits
    for phone, model in zip(troubled, calm, strict=True):
        assert difference(shown(phone), shown(model)) == ([], [])
