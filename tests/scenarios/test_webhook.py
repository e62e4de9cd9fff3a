"""By webhook everything works as it does by polling, with Telegram's own disorder: repeated and overtaking updates."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.support.phones import Phone
from tests.support.process import HOST, WEBHOOK_SECRET, Stage
from tests.support.stories import begins_alone, connect, sends_letter

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("webhook"), webhook=True) as stage:
        stage.start_bot()
        yield stage


def test_two_people_connect_and_a_letter_is_read(evening: Stage, ana: Phone, ben: Phone) -> None:
    evening.until(lambda: evening.control.get("/control/state")["bots"][0]["webhook"], "the webhook set")
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
    assert sum("I don't know that one" in m["text"] for m in ana.from_bot()) == 3


def test_what_came_while_the_bot_was_away_is_answered_afterwards(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    evening.kill_bot()
    ana.says("/menu")
    evening.start_bot()
    evening.control.advance("3m")
    ana.sees("What would you like to do?", patience=20)


@pytest.mark.parametrize("secret", ["", "wrong", WEBHOOK_SECRET[:-1]])
def test_a_request_without_the_secret_is_not_found(evening: Stage, secret: str) -> None:
    request = urllib.request.Request(
        f"http://{HOST}:{evening.listen}/hook",
        b'{"update_id": 1}',
        {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)  # noqa: S310 - loopback
    assert refused.value.code == 404
    refused.value.close()
