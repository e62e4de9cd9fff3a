"""What the oracle of a month understands (scenes at which it once stopped, though the bot was right), and notices."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bench.month.looking_back import look_back
from bench.month.month import FIRST, Month
from bench.month.service import Weather
from bench.walks.acts import Act
from bench.walks.service import Broken, Premises
from bot.delivery import outbox
from bot.delivery.buttons import base36
from bot.delivery.render import RENDERERS
from bot.ticks import BEATS

FINE = Weather(lost_answers=0, refused=0, floods=0, deaths=0)
WRITER, READER = "aa", "ba"


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    found = Premises(Path(tmp_path_factory.mktemp("oracle")))
    yield found
    found.close()


@pytest.fixture
def month(premises: Premises) -> Month:
    found = Month(premises, seed=1, couples=1, days=2, weather=FINE)
    found._move_in()
    found._wait_until(FIRST + timedelta(hours=12))
    return found


def _writes(month: Month, *acts: Act) -> None:
    for act in (Act(WRITER, "say", "/write"), Act(WRITER, "tap", "A blank page"), *acts, Act(WRITER, "tap", "Preview")):
        month._do(act)


def _opened(month: Month) -> int:
    month._wait_until(FIRST + timedelta(hours=36))
    closed = [label for _, row in month.phones[READER].keyboards() for label in row if label.label == "Open"]
    for _ in closed:
        month._do(Act(READER, "tap", "Open"))
    return len(month.oracle.letters.readings)


def test_two_letters_without_words_are_two(month: Month) -> None:
    for kind in ("voice", "photo"):
        _writes(month, Act(WRITER, kind))  # type: ignore[arg-type]
        month._do(Act(WRITER, "tap", "Yes, now"))
    assert _opened(month) == 2


def test_a_question_that_came_twice_asks_for_the_letter_above_it(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    service = month.service
    kinds: list[str] = []

    def trouble(row: outbox.Row) -> str:
        kinds.append(row.kind)
        if kinds[-2:] != ["preview", "say"] or "preview" in kinds[:-2]:
            return ""
        service.world.faults.add("cut_after", count=1, retry_after=7, seed=row.id)
        return "cut_after"

    monkeypatch.setattr(service, "_order_trouble", trouble)
    _writes(month, Act(WRITER, "say", "I thought of the heron-aa-1."))
    month._wait_until(service.now() + timedelta(minutes=10))
    assert service.doubled
    month._do(Act(WRITER, "tap", "Yes, now"))
    assert _opened(month) == 1


def test_who_has_deleted_their_copy_takes_nothing_back(month: Month) -> None:
    _writes(month, Act(WRITER, "say", "I thought of the heron-aa-1."))
    month._do(Act(WRITER, "tap", "Yes, now"))
    letter = base36(month.service.peek("SELECT id FROM letter WHERE sealed_at IS NOT NULL"))
    for name in ("drop_own_yes", "withdraw"):  # the second on a question that came twice
        month._do(Act(WRITER, "forge", f"l.{letter}.{name}"))
    assert month.service.peek("SELECT dropped_at FROM letter WHERE sealed_at IS NOT NULL") is not None
    assert _opened(month) == 1


def test_a_yes_below_what_the_writer_has_tidied_away_is_to_what_they_saw(month: Month) -> None:
    _writes(month, Act(WRITER, "say", "I thought of the heron-aa-1."))
    month._do(Act(WRITER, "say", "/hide"))
    month._do(Act(WRITER, "sticker"))
    month._do(Act(WRITER, "tap", "Yes, now"))
    assert _opened(month) == 1


def _ends(month: Month) -> None:
    month._wait_until(FIRST + timedelta(days=4))
    look_back(month.service, month.oracle.letters)


def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.month.month.housekeep", lambda *_, **__: None)


def _unannounced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RENDERERS, "notice", lambda _: None)


def _never_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.walks.service.BEATS", tuple(beat for beat in BEATS if beat[0] != "letters"))


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [(_forgotten, "'done updates': [1-9]"), (_unannounced, r"'unnoticed': \[[0-9]"), (_never_due, "overdue")],
)
def test_what_is_left_lying_is_noticed(
    month: Month,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
    noticed: str,
) -> None:
    fault(monkeypatch)
    _writes(month, Act(WRITER, "say", "I thought of the heron-aa-1."))
    month._do(Act(WRITER, "tap", "Yes, tomorrow morning"))
    with pytest.raises(Broken, match=noticed):
        _ends(month)


def test_a_letter_that_waits_announced_is_not_left_lying(month: Month) -> None:
    _writes(month, Act(WRITER, "say", "I thought of the heron-aa-1."))
    month._do(Act(WRITER, "tap", "Yes, tomorrow morning"))
    _ends(month)
