"""The daily message: at each person's own hour, once a local day, never in quiet hours, never seven after a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import BERLIN, begins_alone, connect

pytestmark = pytest.mark.xdist_group("processes")

NEW_YORK = ("North America", "New York, Toronto, Miami")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Months go by here, so nobody else lives on this stage."""
    with Stage(tmp_path_factory.mktemp("daily")) as stage:
        stage.start_bot()
        yield stage


def nudges(phone: Phone) -> list[dict[str, Any]]:
    """The daily messages that wait for an answer."""
    return [m for m in phone.from_bot() if {"Done", "Another", "Not now"} <= {b["text"] for b in buttons(m)}]


def test_each_gets_one_at_their_own_hour_in_their_own_zone(evening: Stage, ana: Phone, ben: Phone) -> None:
    connect(ana, ben, zones=(BERLIN, NEW_YORK), hours=("9:00", "8:00"))
    evening.move(to="08:54", zone="Europe/Berlin")
    assert (len(nudges(ana)), len(nudges(ben))) == (0, 0)
    evening.move(to="09:00", zone="Europe/Berlin")
    assert (len(nudges(ana)), len(nudges(ben))) == (1, 0)
    evening.move(to="08:00", zone="America/New_York")
    assert (len(nudges(ana)), len(nudges(ben))) == (1, 1)
    for _ in range(18):
        evening.move("1h")
    assert (len(nudges(ana)), len(nudges(ben))) == (1, 1)
    evening.move(to="09:00", zone="Europe/Berlin")
    assert (len(nudges(ana)), len(nudges(ben))) == (2, 1)


def test_the_two_of_a_couple_never_get_the_same_gesture_in_a_week(evening: Stage, ana: Phone, ben: Phone) -> None:
    connect(ana, ben, hours=("9:00", "9:00"))
    for _ in range(2):
        evening.move(to="10:00", zone="Europe/Berlin")
        ana.taps("Done", on=nudges(ana)[-1]["id"])
        ben.taps("Done", on=nudges(ben)[-1]["id"])
        evening.comes_to_rest()
    gestures = [
        {m["text"] for m in phone.from_bot() if "Noted, for nobody but you" in m["text"]} for phone in (ana, ben)
    ]
    assert [len(each) for each in gestures] == [2, 2]
    assert not gestures[0] & gestures[1]


def test_done_another_not_now_and_not_for_us_each_change_the_message_in_place(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    evening.move(to="09:00", zone="Europe/Berlin")
    first = nudges(ana)[0]
    ana.taps("Another", on=first["id"])
    evening.comes_to_rest()
    other = nudges(ana)[0]
    assert other["id"] == first["id"]
    assert other["text"] != first["text"]
    ana.taps("Not now", on=first["id"])
    declined = ana.finds(first["id"], "fine.")
    assert [button["text"] for button in buttons(declined)] == ["Ask again tonight", "Not for us", "Why this one"]
    ana.taps("Not for us", on=first["id"])
    ana.finds(first["id"], "This one will not come again")
    evening.move(to="09:00", zone="Europe/Berlin")
    second = nudges(ana)[0]
    assert second["id"] > first["id"]
    ana.taps("Done", on=second["id"])
    done = ana.finds(second["id"], "Noted, for nobody but you")
    assert not buttons(done)
    ana.says("/why")
    ana.sees("90 days")


def test_a_week_of_downtime_does_not_bring_seven(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    evening.comes_to_rest()
    evening.kill_bot()
    evening.control.advance("7d")
    evening.control.post("/control/clock", to="15:00", zone="Europe/Berlin")
    evening.start_bot()
    evening.comes_to_rest()
    assert nudges(ana) == []
    evening.move(to="09:00", zone="Europe/Berlin")
    assert len(nudges(ana)) == 1


def test_an_hour_in_quiet_hours_gives_way_to_their_end(evening: Stage, ana: Phone) -> None:
    begins_alone(ana, hour="23:00")
    for _ in range(14):
        evening.move("1h")
        now = evening.control.get("/control/state")["clock"]["now"]
        local_hour = datetime.fromtimestamp(now, ZoneInfo("Europe/Berlin")).hour
        assert not nudges(ana) or 7 <= local_hour < 22
    assert len(nudges(ana)) == 1


def test_quiet_days_are_quiet_and_end(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/pause")
    ana.sees("how long shall the daily message rest?")
    ana.taps("Three days")
    ana.sees("the daily message rests")
    for _ in range(3):
        evening.move(to="10:00", zone="Europe/Berlin")
    assert nudges(ana) == []
    for _ in range(2):
        evening.move(to="10:00", zone="Europe/Berlin")
    assert 1 <= len(nudges(ana)) <= 2


def test_who_never_answers_is_asked_once_and_then_left_in_peace(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    evening.move(to="10:00", zone="Europe/Berlin")
    for days in (1, 1, 1, 1, 2, 2, 1, 6, 7, 7, 7):
        evening.move(f"{days}d")
    assert len(nudges(ana)) == 9
    ana.sees("Shall I stay quiet for a while?")
    ana.taps("Yes, stay quiet")
    ana.sees("Then I will stay quiet")


def test_one_who_is_alone_has_everything_for_one(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/menu")
    labels = {button["text"] for button in buttons(ana.sees("What would you like to do?"))}
    assert {"Say something hard", "How we are doing", "More"} <= labels
    assert "Write a letter" not in labels
    ana.says("/write")
    ana.sees("not reachable through me right now")
    ana.says("/practise")
    ana.sees("easier to hear without blame")
    evening.move(to="09:00", zone="Europe/Berlin")
    assert len(nudges(ana)) == 1
