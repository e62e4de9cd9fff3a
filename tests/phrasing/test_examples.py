"""What the dialogs show as examples holds before the rules that judge the sentences of people."""

import re

import pytest

from bot.phrasing import Lexicon, assess
from tests.support.transcripts import library

QUOTED = re.compile(r"_\u201c(.+?)\u201d_")


def quoted(dialog: str, *, ending: str) -> dict[str, str]:
    """The quotation in every text of the dialog's nodes with this ending."""
    found = {}
    for name, node in library().book.dialogs[dialog].nodes.items():
        quotation = QUOTED.search(node.say.variants[0]) if node.say is not None and name.endswith(ending) else None
        if quotation is not None:
            found[name] = quotation[1]
    return found


WAYS = quoted("practise_scenes", ending="_way")
AFTER = quoted("practise_learn", ending="after")
BEFORE = {name: text for name, text in quoted("practise_learn", ending="").items() if name not in AFTER}


def test_there_are_scenes_and_lessons_enough() -> None:
    assert len(WAYS) >= 24
    assert len(AFTER) == len(BEFORE) >= 4


@pytest.mark.parametrize("name", [*WAYS, *AFTER])
def test_one_way_to_say_it_is_an_i_statement_without_findings(name: str, lexicon: Lexicon) -> None:
    found = assess((WAYS | AFTER)[name], lexicon)
    assert (found.verdict, found.findings) == ("i_statement", ())


@pytest.mark.parametrize("name", BEFORE)
def test_the_way_not_to_say_it_is_found_fault_with(name: str, lexicon: Lexicon) -> None:
    found = assess(BEFORE[name], lexicon)
    assert found.verdict in ("you_statement", "disguised_you")
    assert found.findings


def test_every_scene_leads_to_another_until_all_have_been_seen() -> None:
    nodes = library().book.dialogs["practise_scenes"].nodes
    scenes = {name for name, node in nodes.items() if node.call is not None and node.call.dialog == "try_scene"}
    seen, scene = [], "dishes"
    while scene not in seen:
        seen.append(scene)
        onward = {branch.to for branch in nodes[scene].go} & scenes
        assert onward == {branch.to for branch in nodes[f"{scene}_way"].go} & scenes
        (scene,) = onward
    assert set(seen) == scenes


def test_every_scene_is_in_one_list_and_may_come_as_a_surprise() -> None:
    nodes = library().book.dialogs["practise_scenes"].nodes
    lists = [button.go for button in nodes["choose"].ask.buttons if button.go != "surprise"]
    listed = [button.go for name in lists for button in nodes[name].ask.buttons]
    surprises = [branch.to for branch in nodes["surprise"].go]
    assert sorted(listed) == sorted(surprises) == sorted(name.removesuffix("_way") for name in WAYS)
