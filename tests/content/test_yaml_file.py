"""The YAML reader: plain values, YAML 1.2 and not 1.1, and refusals that name file and line."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.content.yaml_file import YamlFile, read_yaml
from bot.errors import ContentError


class Shelf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    books: list[int]


def written(folder: Path, text: str) -> Path:
    path = folder / "page.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_yaml(path)
    return caught.value.message


def test_words_of_yaml_1_1_stay_words(tmp_path: Path) -> None:
    file = read_yaml(written(tmp_path, "no: yes\non: off\nat: 12:30\nday: 2026-11-20\n"))
    assert file.data == {"no": "yes", "on": "off", "at": "12:30", "day": "2026-11-20"}


def test_plain_values_come_as_plain_types(tmp_path: Path) -> None:
    file = read_yaml(written(tmp_path, "a: 1\nb: 1.5\nc: true\nd: null\ne: [x, 'y']\nf: |\n  line\ng: 012\nh: {}\n"))
    expected: dict[str, object] = {
        "a": 1,
        "b": 1.5,
        "c": True,
        "d": None,
        "e": ["x", "y"],
        "f": "line\n",
        "g": 12,
        "h": {},
    }
    assert file.data == expected
    assert isinstance(file.data, dict)
    assert [type(value) for value in file.data.values()] == [type(value) for value in expected.values()]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "# only a remark\n")).data is None


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a stands here for the second time"),
        ("top:\n  a: 1\n  a: 1\n", 3, "second time"),
        ("a: 1\n2: b\n", 2, "a key must be text"),
        ("a: 1\n? [b]\n: c\n", 2, "a key must be text"),
        ("a: &x [1]\nb: *x\n", 1, "aliases"),
        ("a: &x [*x]\n", 1, "aliases"),
        ("a: 1\nb: 0x1F\n", 2, "plain decimals"),
        ("a: 1\nb: [1, 2\nc: 3\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "a tab"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: \x07\n", 1, "not YAML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = written(tmp_path, text)
    message = refused(path)
    assert message.startswith(f"{path}:{line}: ")
    assert words in message


def test_a_missing_file_and_a_wrong_encoding_are_plain_sentences(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "absent.yaml")
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: café".encode("latin-1"))
    assert "not UTF-8" in refused(path)


def test_every_value_knows_its_line_and_an_unknown_one_its_neighbourhood(tmp_path: Path) -> None:
    file = read_yaml(written(tmp_path, "# remark\nshelf:\n  name: top\n  books:\n    - 1\n    - 2\n"))
    places: list[tuple[tuple[str | int, ...], int]] = [
        ((), 2),
        (("shelf",), 2),
        (("shelf", "name"), 3),
        (("shelf", "books", 1), 6),
        (("shelf", "books", 9), 4),
        (("shelf", "colour"), 2),
        (("elsewhere",), 2),
    ]
    assert [file.line_of(where) for where, _ in places] == [line for _, line in places]


def test_the_findings_of_a_model_are_placed_a_line_each(tmp_path: Path) -> None:
    file: YamlFile = read_yaml(written(tmp_path, "shelf:\n  name: 1\n  books:\n    - 1\n    - two\n  colour: red\n"))
    assert isinstance(file.data, dict)
    with pytest.raises(ValidationError) as caught:
        Shelf.model_validate(file.data["shelf"])
    lines = file.refusal(caught.value, ("shelf",)).message.splitlines()
    assert [line.removeprefix(f"{file.path}:").split(": ")[:2] for line in lines] == [
        ["2", "shelf.name"],
        ["5", "shelf.books.1"],
        ["6", "shelf.colour"],
    ]
