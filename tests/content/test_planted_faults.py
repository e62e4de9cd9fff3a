"""The short form of the campaign of faults (`python -m bench.faults` is the long one), and files that only do harm."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from bench.faults import beside
from bench.faults.folder import Bench, Tally, judge, plant, remembered
from bench.faults.harmless import HARMLESS
from bench.faults.source import FAULTS
from bot.content.check import check
from tests.support.pace import Spent

SEED = 20261129
SECONDS = 5.0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with remembered():
        yield Bench(tmp_path_factory.mktemp("faults"))


def test_there_are_more_than_a_hundred_classes_of_faults() -> None:
    assert len(FAULTS) + len(beside.SWAPS) > 150


def test_a_fault_of_each_eighth_class_is_found_where_it_stands(bench: Bench) -> None:
    missed, planted = [], 0
    for name, fault in list(FAULTS.items())[::8]:
        sources = Random(f"{SEED} {name}").sample(bench.sources, len(bench.sources))
        made = next((one for source in sources if (one := plant(fault, source, f"{SEED} {name}"))), None)
        assert made is not None, name
        tally = Tally()
        judge(bench, made, tally)
        planted += 1
        missed += [f"{name}: {one}" for one in tally.missed]
    assert len(missed) <= planted * 0.05, missed


@pytest.mark.parametrize("name", list(beside.SWAPS)[::4])
def test_a_fault_beside_the_dialogs_is_found_where_it_stands(bench: Bench, name: str) -> None:
    tally = Tally()
    judge(bench, beside.plant(name, bench.read), tally)
    assert tally.missed == []


def test_harmless_edits_bring_nothing_new(bench: Bench) -> None:
    for name, edit in list(HARMLESS.items())[::2]:
        sources = Random(f"{SEED} {name}").sample(bench.sources, len(bench.sources))
        made = next((one for source in sources if (one := plant(edit, source, f"{SEED} {name}"))), None)
        assert made is not None, name
        assert [str(one) for one in bench.news(made)] == [], name


def test_what_is_not_planted_is_not_found(bench: Bench) -> None:
    """The campaign has teeth: without the fault it counts a miss."""
    sound = bench.sources[0]
    tally = Tally()
    judge(bench, sound.planted(sound.lines, 3), tally)
    assert tally.caught == 0


def _bytes(raw: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(raw) and None


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a, *a, *a, *a]\n" for i in range(30))
HARM: dict[str, Callable[[Path], None]] = {
    "nothing": _bytes(b""),
    "bytes of all kinds": _bytes(bytes(range(256)) * 40),
    "null bytes": _bytes(b"dialog: x\x00\x00\n"),
    "a bomb of aliases": _bytes(BOMB.encode()),
    "merge keys": _bytes(b"base: &b {a: 1}\ndialog:\n  <<: *b\n"),
    "a megabyte": _bytes(b"# remark\n" * 120_000),
    "twenty megabytes": _bytes(b"a: [" + b"x, " * 7_000_000),
    "keys without end": _bytes(b"".join(b"k%d: v\n" % i for i in range(20_000))),
    "lists in lists": _bytes(b"[" * 90_000),
    "keys in keys": _bytes(b"".join(b" " * i + b"k:\n" for i in range(400))),
    "braces in braces": _bytes(b"a: " + b"{a: " * 40_000),
    "a number without end": _bytes(b"dialog: x\nexpire: {after: 7d, go: " + b"9" * 100_000 + b"}\n"),
    "a tag that runs code": _bytes(b"dialog: !!python/object/apply:os.system [echo]\n"),
    "utf-16": _bytes("dialog: x\n".encode("utf-16")),
    "utf-32": _bytes("dialog: x\n".encode("utf-32")),
    "latin-1": _bytes("about: café\n".encode("latin-1")),
    "a stray escape": _bytes(b'about: "\\xZZ \\uD800"\n'),
    "a directive": _bytes(b"%YAML 9.9\n---\na: b\n"),
    "many documents": _bytes(b"---\na: b\n" * 1000),
    "complex keys": _bytes(b"? [a, b]\n: c\n? {a: b}\n: c\n"),
    "a condition without end": _bytes(
        b"dialog: harm\nabout: x\nstart: a\nexpire: {after: 7d, go: a}\nnodes:\n  a:\n    go:\n      - {if: "
        + b"not " * 20_000
        + b"x, to: a}\n      - {to: a}\n"
    ),
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link into nothing": lambda path: path.symlink_to("nowhere.yaml"),
    "a pipe": os.mkfifo,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("name", HARM)
def test_a_harmful_file_is_a_numbered_finding_within_seconds(bench: Bench, name: str) -> None:
    path = bench.folder / "harm.yaml"
    HARM[name](path)
    try:
        spent = Spent()
        found = check(bench.folder, bench.registry).diagnostics
        seconds = spent.seconds()
    finally:
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    assert [one for one in found if one.file == "harm.yaml" and one.severity == "error"]
    assert seconds < SECONDS


@pytest.mark.parametrize("place", ["locale/de.po", "dialogs.lock"])
@pytest.mark.parametrize("raw", [b"", bytes(range(256)), b"\xff" * 5_000_000], ids=["nothing", "all bytes", "too long"])
def test_other_files_do_no_harm_either(bench: Bench, place: str, raw: bytes) -> None:
    path = bench.folder / place
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(raw)
    spent = Spent()
    found = check(bench.folder, bench.registry).diagnostics
    assert spent.seconds() < SECONDS
    path.unlink() if before is None else path.write_bytes(before)
    assert not raw or [one for one in found if one.file == place]


@pytest.mark.parametrize("place", ["nowhere", "a_file"])
def test_without_a_folder_there_is_one_finding(bench: Bench, tmp_path: Path, place: str) -> None:
    (tmp_path / "a_file").write_text("x", encoding="utf-8")
    found = check(tmp_path / place, bench.registry).diagnostics
    assert [one.code for one in found] == ["D103"]
