"""Which exercise comes next: pure rules, over every path and whatever was done."""

from hypothesis import given
from hypothesis import strategies as st

from bot.checkup.path_rules import Walked, finished, is_walked, open_to, read, upcoming, written
from bot.content.paths import Step
from bot.engine.script import Text


def step(step_id: str, *, partner: bool = False, two: bool = False) -> Step:
    text = Text(f"paths.x.{step_id}", ("Do it.",))
    return Step(step_id, step_id.partition(".")[0], text, needs_partner=partner, between_two=two)


IDS = ["a", "b", "c", "c.two", "d", "e"]
PATHS = st.lists(st.sampled_from(IDS), min_size=1, unique=True).flatmap(
    lambda ids: st.tuples(
        *[
            st.builds(
                lambda one, partner, two: step(one, partner=partner, two=two),
                st.just(one),
                st.booleans(),
                st.booleans(),
            )
            for one in ids
        ]
    )
)
DONE = st.lists(st.sampled_from([*IDS, "gone"]), unique=True).map(tuple)
WALKED = st.builds(Walked, DONE, st.sampled_from(["", *IDS, "gone"]))


@given(PATHS, WALKED, st.booleans(), st.booleans())
def test_every_step_that_is_open_is_proposed_once_and_no_other(
    path: tuple[Step, ...], walked: Walked, with_partner: bool, apart: bool
) -> None:
    found = upcoming(open_to(path, with_partner=with_partner, apart=apart), walked)
    assert len(set(found)) == len(found)
    for one in path:
        closed = (one.needs_partner and not with_partner) or (one.between_two and apart)
        assert (one in found) != closed


@given(PATHS, WALKED)
def test_what_was_not_done_comes_before_what_was_but_for_the_chosen_one(path: tuple[Step, ...], walked: Walked) -> None:
    done = [one.id in walked.done for one in upcoming(path, walked) if one.id != walked.chosen]
    assert done == sorted(done)
    assert is_walked(path, walked) == all(one.id in walked.done for one in path)


@given(PATHS, WALKED)
def test_what_was_chosen_comes_next_until_it_is_done(path: tuple[Step, ...], walked: Walked) -> None:
    for one in path:
        chosen = Walked(walked.done, one.id)
        assert upcoming(path, chosen)[0] == one
        assert finished([one], chosen, one.dialog).chosen == ""


@given(PATHS, WALKED)
def test_of_what_was_done_the_longest_ago_comes_first(path: tuple[Step, ...], walked: Walked) -> None:
    order = [one.id for one in upcoming(path, walked) if one.id in walked.done]
    plain = [one for one in order if one != walked.chosen]
    assert plain == [one for one in walked.done if one in plain]


@given(PATHS)
def test_an_untouched_path_keeps_the_order_of_the_file(path: tuple[Step, ...]) -> None:
    assert upcoming(path, Walked()) == list(path)


@given(PATHS, WALKED, st.sampled_from(["a", "b", "c", "d", "e", "unknown"]))
def test_a_dialog_that_ended_marks_one_step_of_it_and_touches_no_other(
    path: tuple[Step, ...], walked: Walked, dialog: str
) -> None:
    after = finished(path, walked, dialog)
    its = [one.id for one in upcoming(path, walked) if one.dialog == dialog]
    others = [one for one in walked.done if one not in its[:1]]  # one that was chosen is done again before a new one
    assert after.done == (*others, *its[:1])
    assert after.chosen == ("" if walked.chosen in its[:1] else walked.chosen)


@given(PATHS)
def test_a_path_that_grows_has_the_new_step_next_when_all_else_is_done(path: tuple[Step, ...]) -> None:
    done = Walked(tuple(one.id for one in path), "")
    grown = (*path, step("newcomer"))
    assert upcoming(grown, done)[0].id == "newcomer"
    assert not is_walked(grown, done)


@given(WALKED, WALKED, st.sampled_from(["time", "routine"]))
def test_what_is_kept_of_one_path_comes_back_and_leaves_the_others(one: Walked, other: Walked, focus: str) -> None:
    kept = written(written({}, "conflicts", other), focus, one)
    assert read(kept, focus) == one
    assert read(kept, "conflicts") == other
    assert read(kept, "priorities") == Walked()
