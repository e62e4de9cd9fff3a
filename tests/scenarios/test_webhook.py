"""By webhook everything works as it does by polling, with Telegram's own disorder: repeated and overtaking updates."""

from __future__ import annotations

import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.phones import Phone
from tests.support.process import WEBHOOK_SECRET, Stage
from tests.support.stories import begins_alone, connect, opens_a_blank_page, sends_letter

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("webhook"), webhook=True) as stage:
        stage.start_bot()
        yield stage


def address(stage: Stage) -> str:
    """Where updates go, once the bot has said so."""
    stage.until(lambda: stage.control.get("/control/state")["bots"][0]["webhook"], "the webhook set")
    return str(stage.control.get("/control/state")["bots"][0]["webhook"])


def test_two_people_connect_and_a_letter_is_read(evening: Stage, ana: Phone, ben: Phone) -> None:
    assert address(evening)
    connect(ana, ben)
    sends_letter(ana, "I miss our evenings.", "Do you?")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(notice["id"], "I miss our evenings.\n\nDo you?")


def test_an_update_that_comes_twice_is_handled_once(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    evening.control.post("/control/faults", kind="duplicate_update", count=3)
    for number in range(3):
        ana.says(f"/frobnicate {number}")
    evening.comes_to_rest()
    assert unknown(ana) == 3


def test_what_came_while_the_bot_was_away_is_answered_afterwards(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    evening.kill_bot()
    ana.says("/menu")
    evening.start_bot()
    evening.control.advance("3m")
    ana.sees("What would you like to do?")


def test_polling_and_webhook_can_change_places_under_load_with_nothing_lost_or_done_twice(
    evening: Stage, ana: Phone
) -> None:
    begins_alone(ana)
    for count, settings in enumerate(({"WEBHOOK_URL": ""}, {}), 1):
        for number in range(20):
            ana.says(f"/frobnicate {number}")
        assert evening.bot is not None
        assert evening.bot.stop() == 0
        ana.says("/frobnicate meanwhile")
        evening.start_bot(**settings)
        evening.control.advance("3m")  # what failed meanwhile is tried again
        evening.until(lambda wanted=21 * count: unknown(ana) >= wanted, "an answer to each")  # type: ignore[misc]
    evening.comes_to_rest()
    assert unknown(ana) == 42
    given = {line["update"]["update_id"] for line in evening.control.lines("/control/calls") if "update" in line}
    with closing(sqlite3.connect(f"file:{evening.database}?mode=ro", uri=True, timeout=5)) as raw:
        rows = raw.execute("SELECT update_id, state FROM inbox WHERE bot_id != 0").fetchall()
    assert dict(rows) == dict.fromkeys(given, "done")


def unknown(phone: Phone) -> int:
    """How often a command was not known."""
    return sum("I don't know that one" in (m.get("text") or "") for m in phone.from_bot())


def test_a_text_that_a_tap_has_overtaken_is_answered_and_not_slipped_into_what_was_shown(
    evening: Stage, ana: Phone, ben: Phone
) -> None:
    connect(ana, ben)
    opens_a_blank_page(ana)
    ana.says("I miss our evenings.")
    ana.sees("1 part")
    evening.control.post("/control/faults", kind="reorder", contains="Come home", seconds=60)
    ana.says("Come home earlier.")
    ana.taps("Preview")
    preview = ana.sees("This is how it will be read")
    assert "Come home" not in preview["text"]
    ana.sees("This is exactly what Ben will read")
    evening.control.advance("60s")
    ana.sees("Here I only understand the buttons")
    ana.taps("Yes, now")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    read = ben.finds(notice["id"], "I miss our evenings.")["text"]
    assert "Come home" not in read


@pytest.mark.parametrize("secret", ["", "wrong", WEBHOOK_SECRET[:-1]])
def test_a_request_without_the_secret_is_not_found(evening: Stage, secret: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - loopback
        address(evening),
        b'{"update_id": 1}',
        {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310 - loopback
    assert refused.value.code == 404
    refused.value.close()
