"""Edits that change nothing for anybody: after them the compiler says nothing new."""

from __future__ import annotations

import re
from random import Random

from bench.faults.source import Fault, Planted, Source

HARMLESS: dict[str, Fault] = {}


def harmless(name: str):  # type: ignore[no-untyped-def]
    """Adds an edit."""

    def adding(edit: Fault) -> Fault:
        HARMLESS[name] = edit
        return edit

    return adding


@harmless("another wording")
def _wording(src: Source, dice: Random) -> Planted | None:
    at = src.say_line(dice)
    return None if at is None else src.swap(at, re.sub(r"\bthe\b", "this", src.lines[at]).rstrip() + " Well.")


@harmless("a remark")
def _remark(src: Source, dice: Random) -> Planted | None:
    _, at = dice.choice(list(src.node_lines()))
    return src.insert(at, '  # a remark: with a colon, {braces} and a "quote"')


@harmless("a remark behind a key")
def _behind(src: Source, dice: Random) -> Planted | None:
    return src.swap(src.at("start"), src.lines[src.at("start")] + "  # here")


@harmless("empty lines")
def _empty(src: Source, dice: Random) -> Planted | None:
    _, at = dice.choice(list(src.node_lines()))
    return src.insert(at, "", "")


@harmless("blanks at the end of a line")
def _blanks(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text") or ("about",)
    return src.swap(src.at(*path), src.lines[src.at(*path)] + "  ")


@harmless("quotes around a label")
def _quotes(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text")
    if path is None:
        return None
    return src.set(path, dice.choice(['"{}"', "'{}'"]).format(str(src.value(path)).replace("'", "\u2019")))


@harmless("keys in another order")
def _order(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", where=lambda path: set(src.value(path)) == {"text", "go"})
    if path is None:
        return None
    at = src.at(*path) + 1
    lines = [*src.lines]
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return src.planted(lines, at)


@harmless("keys of the top in another order")
def _top(src: Source, dice: Random) -> Planted | None:
    at, other = src.at("about"), src.at("start")
    lines = [*src.lines]
    lines[at], lines[other] = lines[other], lines[at]
    return src.planted(lines, at)


@harmless("a node in another place")
def _moved(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(list(src.node_lines()))
    block = src.lines[at : src.end(at)]
    rest = [*src.lines[:at], *src.lines[src.end(at) :]]
    while rest and not rest[-1].strip():
        rest.pop()
    return src.planted([*rest, *[line for line in block if line.strip() or len(block) > 1], ""], at)


@harmless("lines that end as on Windows")
def _windows(src: Source, dice: Random) -> Planted | None:
    return Planted({src.file: src.text.replace("\n", "\r\n").encode()}, src.file, 1)


@harmless("a mark of the byte order")
def _bom(src: Source, dice: Random) -> Planted | None:
    return Planted({src.file: b"\xef\xbb\xbf" + src.text.encode()}, src.file, 1)


@harmless("a longer expiry")
def _expiry(src: Source, dice: Random) -> Planted | None:
    return src.set(("expire", "after"), dice.choice(["10d", "336h", "14d"]))


@harmless("a longer timeout")
def _timeout(src: Source, dice: Random) -> Planted | None:
    return src.set(src.one(dice, "nodes", "*", "ask", "timeout", "after"), dice.choice(["30m", "2h"]))


@harmless("a node more on the way")
def _node(src: Source, dice: Random) -> Planted | None:
    path = src.one(
        dice, "nodes", "*", "ask", "buttons", "*", "go", where=lambda path: "consent" not in src.value(path[:-1])
    )
    if path is None:
        return None
    changed = src.set(path, "a_moment")
    if changed is None:
        return None
    lines = str(changed.files[src.file]).split("\n")
    at = next(iter(src.node_lines()))[1]
    lines[at:at] = ["  a_moment:", f"    go: {src.value(path)}"]
    return src.planted(lines, at)


@harmless("a synonym more")
def _synonym(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", where=lambda path: "also" not in src.value(path))
    return src.insert(src.at(*path) + 1, "          also: [zebra, quagga]") if path else None


@harmless("two wordings to choose from")
def _variants(src: Source, dice: Random) -> Planted | None:
    path = src.one(
        dice,
        "nodes",
        "*",
        "say",
        where=lambda path: isinstance(src.value(path), str) and "\n" not in src.value(path).strip(),
    )
    if path is None:
        return None
    at = src.at(*path)
    words = src.lines[at + 1].strip()
    new = ["    say:", "      - |", f"        {words}", "      - |", f"        {words} All right."]
    return src.planted([*src.lines[:at], *new, *src.lines[src.end(at) :]], at)


@harmless("a source")
def _source(src: Source, dice: Random) -> Planted | None:
    return None if src.paths("source") else src.insert(src.at("start"), "source: a friend")


@harmless("an editor's first line is gone")
def _first(src: Source, dice: Random) -> Planted | None:
    return src.cut(0) if src.lines[0].startswith("# yaml-language-server") else None
