"""The paths: every focus has one, each line is an exercise that exists, and a fault is named with its line."""

from pathlib import Path

import pytest

from bot.content.library import Library
from bot.content.paths import ALONE, TEXT_LIMIT, check_paths, load_paths
from bot.content.yaml_file import read_yaml
from bot.conversation.acts import FOCUSES
from bot.errors import ContentError

SOURCE = Path(__file__).parents[2] / "dialogs" / "paths.yaml"
PLAIN = "time:\n  - one_hour: Find an hour.\n  - practise: Say it.\n"


def load(tmp_path: Path, shelf: Library, text: str) -> object:
    path = tmp_path / "paths.yaml"
    path.write_text(text, encoding="utf-8")
    return load_paths(path, dialogs=shelf.book.dialogs, focuses=("time",))


def test_every_focus_has_a_path_that_can_be_walked_alone(shelf: Library) -> None:
    assert tuple(shelf.paths) == FOCUSES
    for steps in shelf.paths.values():
        assert sum(not (step.needs_partner or step.between_two) for step in steps) >= ALONE


def test_every_step_asks_what_you_will_do_or_seals_a_letter(shelf: Library) -> None:
    """Every exercise ends with an act of one's own; an example leads into one or is only looked at."""
    for step in {step.dialog: step for steps in shelf.paths.values() for step in steps}.values():
        asked = reach(shelf, step.dialog)
        said = [
            shelf.catalogue.text(node.say.variant_id(0))
            for name in asked
            for node in shelf.book.dialogs[name].nodes.values()
            if node.say is not None and node.ask is not None
        ]
        assert any("what will you" in text.lower() for text in said) or step.dialog == "write_letter", step.id


def reach(shelf: Library, dialog: str) -> set[str]:
    found, waiting = set(), [dialog]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [node.call.dialog for node in shelf.book.dialogs[name].nodes.values() if node.call]
    return found


def test_the_sentences_are_short_plain_and_translated(shelf: Library) -> None:
    for focus, steps in shelf.paths.items():
        for step in steps:
            text = shelf.catalogue.text(f"paths.{focus}.{step.id}")
            assert text.endswith("."), step.id
            assert len(text) <= TEXT_LIMIT


def test_help_comes_first_after_a_break_of_trust(shelf: Library) -> None:
    assert shelf.paths["infidelity"][0].dialog == "find_help"


def test_another_exercise_is_one_line_more(tmp_path: Path, shelf: Library) -> None:
    found = load(tmp_path, shelf, PLAIN + "  - real_question: Ask one thing.\n")
    assert [step.id for step in found["time"]] == ["one_hour", "practise", "real_question"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("time:\n  - one_hour: Find it.\n  - nowhere: Go.\n", 3, "there is no dialog nowhere"),
        (PLAIN + "  - practise: Again.\n", 4, "practise stands twice; name one practise.<something>"),
        ("time:\n  - one_hour: Find it.\n  - write_letter: Write.\n", 1, "2 exercises that can be done alone"),
        ("between_two: [one_hour]\n" + PLAIN, 2, "2 exercises that can be done alone"),
        (PLAIN + "between_two: [nowhere]\n", 4, "there is no dialog nowhere"),
        (PLAIN + "between_two: one_hour\n", 4, "between_two is a list"),
        (PLAIN + "joy:\n  - practise: Say it.\n", 4, "joy is no focus"),
        ("time: []\n", 1, "time needs a list of exercises"),
        ("time: practise\n", 1, "time needs a list of exercises"),
        ("[]\n", 1, "a path for every focus is needed"),
        ("{}\n", 1, "time needs a list of exercises"),
        (PLAIN + "  - practise\n", 4, "a step is one line"),
        (PLAIN + "  - practise.Two: Say it.\n", 4, "is no id of a step"),
        (PLAIN + "  - practise.two:\n", 4, "the sentence that says what the step is is missing"),
        (PLAIN + f"  - practise.two: {'a' * 161}\n", 4, "161 characters; 160 fit"),
        (PLAIN + "  - practise.two: 'Hello {partner}.'\n", 4, "plain words"),
        (PLAIN + "  - answer_letter: Answer.\n", 4, "needs to be given something"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, shelf: Library, text: str, line: int, message: str) -> None:
    with pytest.raises(ContentError, match=f"paths.yaml:{line}: .*{message}"):
        load(tmp_path, shelf, text)


def test_the_file_keeps_to_a_line_a_step() -> None:
    file = read_yaml(SOURCE)
    assert isinstance(file.data, dict)
    lines = [file.line_of((focus, place)) for focus in FOCUSES for place, _ in enumerate(file.data[focus])]
    assert lines == sorted(set(lines))


def test_check_dialogs_says_the_same_with_the_same_line(tmp_path: Path, shelf: Library) -> None:
    path = tmp_path / "paths.yaml"
    assert check_paths(path, dialogs=shelf.book.dialogs, focuses=("time",)) == ()
    path.write_text(PLAIN, encoding="utf-8")
    assert check_paths(path, dialogs=shelf.book.dialogs, focuses=("time",)) == ()
    path.write_text(PLAIN + "  - nowhere: Go.\n", encoding="utf-8")
    (found,) = check_paths(path, dialogs=shelf.book.dialogs, focuses=("time",))
    assert (found.code, found.file, found.line, found.message) == (
        "D861",
        "paths.yaml",
        4,
        "there is no dialog nowhere",
    )
