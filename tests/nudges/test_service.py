"""The daily nudge on a database: one a day whatever clock and zone do, quieter when ignored, silent when asked."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.checkup import service as checkup
from bot.clock import local_day, zone_of
from bot.conversation.facts import READERS
from bot.db import people
from bot.db.models import GestureShown, NotForUs, Nudge, Outbox
from bot.nudges import answers, preferences
from bot.nudges import service as nudges
from tests.support.units import Phone, World

_nudges = Nudge
_outbox = Outbox
MORNING = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def planned(world: World, phone: Phone) -> list[date]:
    """The local days that had a message: nudges, and the one question."""
    keys = world.connection.execute(select(_outbox.c.dedupe_key).where(_outbox.c.person_id == phone.row.id)).scalars()
    return sorted(date.fromisoformat(key.split(":")[2]) for key in keys if key.startswith("nudge:"))


def lives(world: World, phone: Phone, *, days: float, step: float = 60) -> list[date]:
    """So much time goes by, `step` minutes at a time. Returns the days with a message."""
    end = world.now + timedelta(days=days)
    while world.now < end:
        world.now += timedelta(minutes=step)
        nudges.plan_due(world.connection, world.desk, now=world.now)
        world.deliver()
    return planned(world, phone)


def state(world: World) -> str:
    return world.connection.execute(select(_nudges.c.state).order_by(_nudges.c.on.desc())).scalars().first() or ""


def nudged(world: World, phone: Phone) -> str:
    """It is the hour. Returns the gesture."""
    assert phone.row.next_nudge_at is not None
    world.now = phone.row.next_nudge_at
    phone.looks_away()
    nudges.plan_due(world.connection, world.desk, now=world.now)
    world.deliver()
    return phone.said


def test_a_nudge_comes_at_its_hour_with_three_buttons(world: World, ana: Phone) -> None:
    gesture = nudged(world, ana)
    assert gesture
    assert len(gesture) <= 280
    assert list(ana.screen.values())[-1].labels.keys() == {"Done", "Another", "Not now"}
    assert timedelta(minutes=-5) <= world.now - MORNING <= timedelta(0)


def test_nothing_comes_before_the_notice_was_answered(world: World) -> None:
    dora = world.phone("Dora", 104).commands("start")
    people.change(world.connection, dora.row.id, next_nudge_at=world.now)
    assert lives(world, dora, days=3) == []


def test_one_a_day_and_then_less_when_nobody_answers(world: World, ana: Phone) -> None:
    days = lives(world, ana, days=75)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert gaps == [1, 1, 2, 2, 2, 7, 7, 7, 7]
    assert ana.row.next_nudge_at is None
    assert "stay quiet" in list(ana.screen.values())[-1].text


def test_silence_ends_by_carrying_on_and_stays_by_saying_so(world: World, ana: Phone) -> None:
    lives(world, ana, days=75)
    label = world.desk.library.catalogue.text("interface.quiet_no")
    ana.taps(label)
    assert ana.row.nudges_ignored == 0
    count = len(planned(world, ana))
    assert len(lives(world, ana, days=2)) >= count + 1
    people.change(world.connection, ana.row.id, nudges_ignored=9)
    nudges.replan(ana.turn)
    lives(world, ana, days=8)
    ana.taps(world.desk.library.catalogue.text("interface.quiet_yes"))
    count = len(planned(world, ana))
    assert len(lives(world, ana, days=30)) == count
    assert ana.row.nudges_off


def test_any_answer_brings_the_daily_rhythm_back(world: World, ana: Phone) -> None:
    for label in ("Done", "Not now"):
        lives(world, ana, days=20)
        assert ana.row.nudges_ignored > 3
        ana.taps(label)
        assert ana.row.nudges_ignored == 0


def test_a_nudge_that_is_more_than_three_hours_late_is_dropped(world: World, ana: Phone) -> None:
    due = ana.row.next_nudge_at
    assert due is not None
    world.now = due + timedelta(hours=3, seconds=1)
    nudges.plan_due(world.connection, world.desk, now=world.now)
    assert planned(world, ana) == []
    assert ana.row.next_nudge_at is not None
    assert ana.row.next_nudge_at > world.now


def test_a_defect_about_some_keeps_nobody_else_waiting(
    world: World, ana: Phone, ben: Phone, cem: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = nudges.pick

    def picks(*args: Any, **more: Any) -> Any:
        return pick(*args, **more) if args[2].id == cem.row.id else 1 / 0

    monkeypatch.setattr(nudges, "pick", picks)
    for minutes, phone in enumerate((ana, ben, cem)):
        people.change(world.connection, phone.row.id, next_nudge_at=MORNING + timedelta(minutes=minutes))
    world.now = MORNING + timedelta(minutes=5)
    chats = [chat for _ in "abc" for chat in nudges.plan_due(world.connection, world.desk, now=world.now, limit=1)]
    assert chats == [cem.row.telegram_id]
    assert {phone.row.next_nudge_at for phone in (ana, ben)} == {world.now + timedelta(hours=1)}


def test_a_planned_nudge_that_could_not_be_sent_is_dropped_after_three_hours(world: World, ana: Phone) -> None:
    due = ana.row.next_nudge_at
    assert due is not None
    nudges.plan_due(world.connection, world.desk, now=due)
    world.now = due + timedelta(hours=3)
    world.deliver()
    assert ana.shown == ""


def test_done_thanks_and_ends(world: World, ana: Phone) -> None:
    gesture = nudged(world, ana)
    old = ana.button("Done").labels["Done"]
    ana.taps("Done")
    assert state(world) == "done"
    assert gesture in ana.shown
    assert [label for label in ana.buttons if label in ("Done", "Another", "Not now")] == []
    ana.forges(old)
    assert state(world) == "done"
    assert gesture in ana.shown


def test_another_shows_another_in_the_same_place(world: World, ana: Phone) -> None:
    seen = [nudged(world, ana)]
    for _ in range(5):
        ana.taps("Another")
        seen.append(ana.said)
    assert len(set(seen)) == 6
    assert len(ana.screen) == 1
    ana.taps("Done")
    shown = world.connection.execute(select(func.count()).select_from(GestureShown)).scalar_one()
    assert shown == 6


def test_another_ends_kindly_when_nothing_else_is_left(world: World, ana: Phone) -> None:
    nudged(world, ana)
    for _ in range(30):
        if "Another" not in ana.buttons:
            break
        ana.taps("Another")
    assert state(world) == "not_now"


def test_never_forbids_this_one_and_nothing_else(world: World, ana: Phone) -> None:
    nudged(world, ana)
    gesture = world.connection.execute(select(_nudges.c.gesture)).scalar_one()
    ana.taps("Not now", "Not for us")
    assert list(world.connection.execute(select(NotForUs.c.gesture)).scalars()) == [gesture]
    assert state(world) == "not_for_us"
    assert ana.forges("n.1.never").toast is not None


def test_the_buttons_of_a_nudge_are_its_persons_alone(world: World, ana: Phone, ben: Phone) -> None:
    nudged(world, ana)
    for label in ("Done", "Another", "Not now"):
        ben.forges(ana.button(label).labels[label])
        assert ben.toast is not None
    assert state(world) == "planned"


def test_nobody_is_nudged_while_trust_is_broken(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="infidelity")
    assert lives(world, ana, days=5) == []
    assert ana.row.next_nudge_at is not None


def test_a_nudge_that_stands_there_offers_nothing_more_once_trust_is_broken(world: World, ana: Phone) -> None:
    nudged(world, ana)
    checkup.set_focus(ana.turn, focus="infidelity")
    ana.taps("Another")
    assert state(world) == "not_now"


@pytest.mark.parametrize("silence", ["pause", "rest", "off", "blocked"])
def test_whoever_wants_quiet_has_it(world: World, ana: Phone, silence: str) -> None:
    if silence == "pause":
        nudges.pause(ana.turn, days=3)
    elif silence == "rest":
        nudges.rest(ana.turn, days=3)
    elif silence == "off":
        answers.answer_quiet(ana.turn, "yes")
    else:
        ana.blocks()
    assert lives(world, ana, days=2.9) == []
    if silence == "blocked":
        ana.returns()
    else:
        nudges.resume(ana.turn)
    assert len(lives(world, ana, days=3)) >= 2
    assert READERS["nudges_on"](ana.turn) is True


def test_a_pause_without_end_lasts(world: World, ana: Phone) -> None:
    nudges.pause(ana.turn, days=0)
    assert lives(world, ana, days=30, step=240) == []
    assert READERS["nudges_on"](ana.turn) is False


def test_a_new_hour_brings_no_second_nudge_today(world: World, ana: Phone) -> None:
    nudged(world, ana)
    preferences.save_hour(ana.turn, hour="h20")
    days = lives(world, ana, days=2, step=30)
    assert len(days) == len(set(days)) == 2 or len(days) == 3
    assert ana.row.nudge_minute == 1200


def test_a_clock_that_comes_back_from_the_future_repeats_no_day(world: World, ana: Phone) -> None:
    nudged(world, ana)
    today = world.now
    world.now += timedelta(days=10)
    people.change(world.connection, ana.row.id, next_nudge_at=world.now)
    nudges.plan_due(world.connection, world.desk, now=world.now)
    world.now = today + timedelta(hours=2)
    preferences.save_hour(ana.turn, hour="h14")
    days = lives(world, ana, days=1, step=30)
    assert len(days) == len(set(days))


ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago", "Europe/London", "Asia/Kolkata")
MOVES = st.one_of(
    st.tuples(st.just("hours"), st.integers(1, 40)),
    st.tuples(st.just("zone"), st.sampled_from(ZONES)),
    st.tuples(st.just("hour"), st.integers(0, 23)),
    st.tuples(st.just("back"), st.integers(1, 72)),
    st.tuples(st.just("answer"), st.just(0)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(MOVES, max_size=12))
def test_never_two_for_one_day_however_clock_and_zone_move(world: World, moves: list[tuple[str, object]]) -> None:
    with world.connection.begin_nested() as unit:
        world.now = datetime(2026, 3, 20, 12, tzinfo=UTC)
        person = world.knows(world.phone("Eve", 105))
        for kind, value in moves:
            move(world, person, kind, value)
        days = planned(world, person)
        assert len(days) == len(set(days))
        unit.rollback()


def move(world: World, person: Phone, kind: str, value: object) -> None:
    row = person.row
    if kind == "zone":
        people.change(world.connection, row.id, zone=value)
        nudges.replan(person.turn)
    elif kind == "hour":
        preferences.save_hour(person.turn, hour=f"h{value:02}")
    elif kind == "answer":
        people.change(world.connection, row.id, nudges_ignored=0)
    else:
        world.now += timedelta(hours=int(str(value)) * (-1 if kind == "back" else 1))
        before = set(planned(world, person))
        nudges.plan_due(world.connection, world.desk, now=world.now)
        for day in set(planned(world, person)) - before:
            assert day == local_day(world.now, zone_of(person.row.zone))


def test_nobody_is_nudged_in_quiet_hours(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, nudge_minute=23 * 60, quiet_from=22 * 60, quiet_to=7 * 60)
    nudges.replan(ana.turn)
    for _ in range(3):
        nudged(world, ana)
        assert world.now.hour == 7
        ana.taps("Done")


@pytest.mark.parametrize("rule", ["nothing", "one"])
def test_why_tells_which_rule_chose(world: World, ana: Phone, rule: str) -> None:
    if rule == "one":
        nudged(world, ana)
    ana.commands("why")
    wanted = "why_nothing" if rule == "nothing" else "why_fresh"
    assert world.words(wanted) in ana.said


def test_old_nudges_are_forgotten_but_for_the_newest(world: World, ana: Phone) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(200)]
    for number, on in enumerate(days):
        row = {"person_id": ana.row.id, "gesture": "any", "on": on}
        world.connection.execute(GestureShown.insert().values(row))
        row |= {"id": number + 1, "rule": "fresh", "state": "done", "planned_at": world.now}
        world.connection.execute(_nudges.insert().values(row))
    nudges.expire_old(world.connection, before=days[10])
    assert _left(world) == [190, 190]
    nudges.expire_old(world.connection, before=date(2036, 1, 1))  # a clock ten years ahead, for an hour
    assert _left(world) == [nudges.KEEP_NUDGES, nudges.KEEP_SHOWN]


def _left(world: World) -> list[int]:
    rows = (_nudges, GestureShown)
    return [world.connection.execute(select(func.count()).select_from(one)).scalar_one() for one in rows]


@pytest.mark.parametrize("busy", [True, False])
def test_a_danger_named_holds_the_nudges_of_the_next_day(world: World, ana: Phone, *, busy: bool) -> None:
    if busy:
        ana.commands("settings").taps("Name and place", "My name")
    ana.writes("I want to kill myself")
    assert ana.row.next_nudge_at is not None
    assert ana.row.next_nudge_at - world.now > timedelta(days=1)


def test_what_fails_for_one_person_keeps_nobody_elses_message_back(world: World, ana: Phone, ben: Phone) -> None:
    people.change(world.connection, ana.row.id, focus=ben.row.name)  # sealed for somebody else: it cannot be opened
    assert ana.row.next_nudge_at is not None
    assert ben.row.next_nudge_at is not None
    world.now = max(ana.row.next_nudge_at, ben.row.next_nudge_at)
    world.ticks()
    assert "Done" in ben.buttons
    assert "Done" not in ana.buttons
