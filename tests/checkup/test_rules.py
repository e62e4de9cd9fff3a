"""The order of the causes, and then-and-now: pure rules, over every set of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkup.rules import CAUSES, COMPARED, WEIGHT, is_whole, ranked, then_and_now

KEYS = st.builds(lambda cause, place: f"{cause}.{place}", st.sampled_from([*CAUSES, "other"]), st.integers(0, 3))
ANSWERS = st.dictionaries(KEYS, st.sampled_from([*WEIGHT, "nonsense"]))
HEAVIER = {"rarely": "sometimes", "sometimes": "often", "often": "often"}


@given(ANSWERS)
def test_only_causes_that_weigh_are_ranked_each_once(answers: dict[str, str]) -> None:
    found = ranked(answers)
    assert len(set(found)) == len(found)
    assert set(found) <= set(CAUSES)
    for cause in found:
        assert any(key.startswith(f"{cause}.") and WEIGHT.get(value, 0) > 0 for key, value in answers.items())


@given(ANSWERS, st.sampled_from(COMPARED))
def test_a_cause_that_is_there_often_comes_before_one_that_is_rare(answers: dict[str, str], cause: str) -> None:
    said = dict.fromkeys(answers, "rarely") | {f"{cause}.9": "often", f"{cause}.8": "often"}
    assert ranked(said)[0] == cause


@given(ANSWERS, st.randoms())
def test_the_order_in_which_statements_were_answered_is_all_the_same(answers: dict[str, str], random: object) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranked(dict(shuffled)) == ranked(answers)


@given(ANSWERS, st.sampled_from(COMPARED))
def test_a_heavier_answer_never_moves_its_cause_down(answers: dict[str, str], cause: str) -> None:
    key = f"{cause}.0"
    places = []
    for answer in ("rarely", "sometimes", "often"):
        order = ranked({**answers, key: answer})
        places.append(order.index(cause) if cause in order else len(CAUSES))
    assert places == sorted(places, reverse=True)


@given(ANSWERS)
def test_a_break_of_trust_leads_exactly_where_it_was_said(answers: dict[str, str]) -> None:
    said = [value for key, value in answers.items() if key.startswith("infidelity.")]
    found = ranked(answers)
    if {"often", "sometimes"} & set(said):
        assert found[0] == "infidelity"
    else:
        assert "infidelity" not in found


@pytest.mark.parametrize(
    ("answers", "order"),
    [
        ({}, []),
        ({"time.1": "rarely"}, []),
        ({"time.1": "sometimes", "routine.1": "often"}, ["routine", "time"]),
        ({"time.1": "often", "time.2": "rarely", "routine.1": "often"}, ["routine", "time"]),
        ({"routine.1": "often", "communication.1": "often"}, ["communication", "routine"]),
        ({"infidelity.1": "sometimes", "communication.1": "often"}, ["infidelity", "communication"]),
        ({"infidelity.1": "not_sure", "communication.1": "often"}, ["communication"]),
        ({"time.1": "not_sure"}, ["time"]),
    ],
)
def test_the_heaviest_comes_first(answers: dict[str, str], order: list[str]) -> None:
    assert ranked(answers) == order


# -- then and now


@given(ANSWERS, ANSWERS)
def test_each_cause_is_in_one_place_at_most_and_trust_in_none(then: dict[str, str], now: dict[str, str]) -> None:
    found = then_and_now(then, now)
    named = [*found.lighter, *found.same, *found.heavier]
    assert len(named) == len(set(named))
    assert set(named) <= set(COMPARED)


@given(ANSWERS, ANSWERS)
def test_looked_at_the_other_way_round_lighter_is_heavier(then: dict[str, str], now: dict[str, str]) -> None:
    there, back = then_and_now(then, now), then_and_now(now, then)
    assert (there.lighter, there.same, there.heavier) == (back.heavier, back.same, back.lighter)


@given(ANSWERS)
def test_what_was_answered_alike_has_not_changed(answers: dict[str, str]) -> None:
    found = then_and_now(answers, answers)
    assert found.lighter == found.heavier == ()


@given(ANSWERS, ANSWERS, st.sampled_from(COMPARED))
def test_a_heavier_answer_today_never_makes_a_cause_lighter(
    then: dict[str, str], now: dict[str, str], cause: str
) -> None:
    grown = {key: HEAVIER.get(value, value) if key.startswith(f"{cause}.") else value for key, value in now.items()}
    before, after = then_and_now(then, now), then_and_now(then, grown)
    if cause in after.lighter:
        assert cause in before.lighter
    if cause in before.heavier:
        assert cause in after.heavier


@given(ANSWERS, ANSWERS)
def test_not_sure_is_no_change(then: dict[str, str], now: dict[str, str]) -> None:
    sure = {key: value for key, value in now.items() if value in HEAVIER}
    assert then_and_now(then, now) == then_and_now(then, sure)


def test_what_never_weighed_anything_is_not_spoken_of() -> None:
    found = then_and_now({"time.1": "rarely", "routine.1": "often"}, {"time.1": "rarely", "routine.1": "often"})
    assert found.same == ("routine",)


def test_a_look_is_whole_when_every_cause_but_trust_was_asked_about() -> None:
    answers = {f"{cause}.1": "rarely" for cause in COMPARED}
    assert is_whole(answers)
    assert not any(is_whole({key: answer for key, answer in answers.items() if key != left}) for left in answers)
