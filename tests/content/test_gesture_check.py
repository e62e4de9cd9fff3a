"""check-dialogs on the gestures: what it finds, with its line, what it leaves alone, and how well it finds twins.

Measured when the share was chosen (2026-11-29, 178 gestures): the likest two of the shipped ones share 0.50 of their
telling words, the least like of 23 close paraphrases 0.67; ALIKE = 0.6 parts them. Of 17 free retellings, which keep
the act but not the words, it finds none: for those there are readers. Synonyms in groups found two of them and called
three honest pairs twins, so there are none.
"""

import re
from itertools import combinations
from pathlib import Path

import pytest

from bot.content.check import check
from bot.content.gesture_check import ALIKE, ENOUGH, check_gestures, likeness, stem, telling
from bot.content.gestures import load_gestures
from bot.content.yaml_file import read_yaml
from bot.conversation.shelf import open_registry

DIALOGS = Path(__file__).parents[2] / "dialogs"
SOURCE = (DIALOGS / "gestures.yaml").read_text(encoding="utf-8")
BY_ID = {gesture.id: telling(gesture.text) for gesture in load_gestures(DIALOGS / "gestures.yaml")}
PARAPHRASES = read_yaml(Path(__file__).parent / "paraphrases.yaml").data
HUG = "Offer a hug today, and stay in it for three slow breaths if your partner likes to."


def found(tmp_path: Path, old: str = "", new: str = "") -> list[str]:
    """The findings about the shipped file with one change, as they are printed."""
    assert old in SOURCE
    (tmp_path / "gestures.yaml").write_text(SOURCE.replace(old, new, 1), encoding="utf-8")
    return [str(one) for one in check_gestures(tmp_path)]


def line_of(text: str) -> int:
    return SOURCE[: SOURCE.index(text)].count("\n") + 1


def test_the_shipped_gestures_pass_and_are_looked_at_by_check_dialogs(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    for path in DIALOGS.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "gestures.yaml").write_text(SOURCE.replace("effort: 1", "effort: one", 1), encoding="utf-8")
    assert "D851" in {one.code for one in check(tmp_path, open_registry(DIALOGS)).diagnostics}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  category: gratitude\n", "  category: gratitdue\n", "D851"),
        ("  place: any\n", "  place: anywhere\n", "D851"),
        ("  effort: 1\n", "", "D851"),
        ("  focus: [routine]\n", "  focus: [rutine]\n", "D851"),
        ("  together: any\n", "  together: any\n  colour: red\n", "D851"),
        (HUG, "Sit with them for twenty minutes.", "D853"),
        (
            HUG,
            "Sit on the steps with your partner for three minutes and watch the street.",
            "D853",
        ),  # its effort is a minute
        (HUG, "Take an hour with your partner in the garden today, barefoot on the grass.", "D853"),
        (HUG, "Buy something small for your partner.", "D854"),
        (HUG, "Take them to the cinema.", "D854"),
        (HUG, "Ask your husband about his day.", "D854"),
        (HUG, "Bring the children to your partner.", "D854"),
        (HUG, "You should listen to them.", "D854"),
        (HUG, 'Say "I really love you" to them.', "D854"),
        ("Join in when your partner jokes today, even if the joke is old.", "Give your partner a hug.", "D855"),
        (HUG, "Stay in a hug for three slow breaths today, if your partner likes that offer.", ""),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, code: str) -> None:
    findings = found(tmp_path, old, new)
    if not code:
        assert findings == []
        return
    assert findings
    assert all(f": {code} " in one for one in findings), findings
    line = int(findings[0].split(":")[1])
    assert abs(line - line_of(old)) <= 5, findings


@pytest.mark.parametrize("body", ["a: [", "", "- a\n"])
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, body: str) -> None:
    (tmp_path / "gestures.yaml").write_text(body, encoding="utf-8")
    assert [one.code for one in check_gestures(tmp_path)] == ["D851"]


def test_a_thin_library_is_named(tmp_path: Path) -> None:
    entries = re.split(r"\n\n(?=[a-z_]+:\n)", SOURCE)
    (tmp_path / "gestures.yaml").write_text("\n\n".join(entries[: ENOUGH // 2]) + "\n", encoding="utf-8")
    findings = [str(one) for one in check_gestures(tmp_path)]
    assert findings
    assert all("D856" in one for one in findings)
    assert any("in all" in one for one in findings)
    assert any("for conflicts" in one for one in findings)
    assert any("of support" in one for one in findings)


@pytest.mark.parametrize("name", PARAPHRASES["close"])
def test_a_close_paraphrase_is_found(name: str) -> None:
    assert likeness(telling(PARAPHRASES["close"][name]), BY_ID[name]) >= ALIKE


def test_a_planted_twin_is_a_finding(tmp_path: Path) -> None:
    twin = "In it for three slow breaths: a hug today, offered, if your partner likes it."
    (tmp_path / "gestures.yaml").write_text(
        SOURCE + "\ntouch_twin:\n  category: touch\n  effort: 1\n  place: any\n  time: any\n  focus: [time]\n"
        f"  together: any\n  text: |\n    {twin}\n",
        encoding="utf-8",
    )
    (finding,) = (str(one) for one in check_gestures(tmp_path))
    assert "D852" in finding
    assert "touch_twin" in finding
    assert "touch_long_hug" in finding


def test_no_two_shipped_gestures_come_near_the_border() -> None:
    assert max(likeness(one, other) for one, other in combinations(BY_ID.values(), 2)) <= ALIKE - 0.05


def test_stems_join_the_forms_of_a_word() -> None:
    assert len({stem(word) for word in ("listen", "listens", "listened", "listening")}) == 1
    assert len({stem(word) for word in ("hug", "hugs", "hugging", "hugged")}) == 1
    assert len({stem(word) for word in ("smile", "smiles", "smiling", "smiled")}) == 1
    assert stem("phone") != stem("photo")
