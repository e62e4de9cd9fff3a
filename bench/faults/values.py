"""Faults of names, types, conditions and of what effects and sub-dialogs are given."""

from __future__ import annotations

import re
from random import Random

from bench.faults.source import Planted, Source, fault, typo
from bot.engine.lint.names import assigned
from bot.engine.lint.view import View


def _condition(src: Source, dice: Random, pattern: str = "") -> int | None:
    """The index of a line with a condition in which the pattern occurs."""
    shapes = [("nodes", "*", "go", "*", "if"), ("nodes", "*", "ask", "buttons", "*", "when")]
    paths = [path for shape in shapes for path in src.paths(*shape) if re.search(pattern, str(src.value(path)))]
    return src.at(*dice.choice(paths)) if paths else None


def _in_condition(src: Source, dice: Random, pattern: str, new: str) -> Planted | None:
    at = _condition(src, dice, pattern)
    if at is None:
        return None
    head, key, tail = re.split(r"((?<![\w])(?:if|when): )", src.lines[at], maxsplit=1)
    return src.swap(at, head + key + re.sub(pattern, new, tail, count=1))


@fault("an unknown name in a condition")
def _unknown(src: Source, dice: Random) -> Planted | None:
    at = _condition(src, dice)
    if at is None:
        return None
    head, key, tail = re.split(r"((?<![\w])(?:if|when): )", src.lines[at], maxsplit=1)
    word = re.search(r"(?<![\"\w.])(?!not\b|and\b|or\b)[a-z_]+(?![\"\w(])", tail)
    return src.swap(at, head + key + tail.replace(word[0], typo(word[0], dice), 1)) if word else None


@fault("an unknown field")
def _field(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"\.[a-z_]+", ".lenght")


@fault("one `=` in a condition")
def _assign(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"==", "=")


@fault("signs of another language")
def _signs(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", dice.choice(["!", "paired && ", "paired || "]))


@fault("a bracket that stays open in a condition")
def _bracket(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", "(")


@fault("a call in a condition")
def _call_in(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", "len(name) > 2 and ")


@fault("a value that a choice cannot have")
def _value(src: Source, dice: Random) -> Planted | None:
    at = _condition(src, dice, r'== "\w+"')
    word = re.search(r'== "(\w+)"', src.lines[at]) if at is not None else None
    return (
        src.swap(at, src.lines[at].replace(word[0], f'== "{typo(word[1], dice)}"', 1))
        if word and at is not None
        else None
    )


@fault("a number compared with a text")
def _kinds(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", 'local_hour == "nine" or ')


@fault("a text put in order")
def _order(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", 'path > "solo" or ')


@fault("a value without its quotes")
def _unquoted(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r'"(\w+)"', r"\1")


@fault("a number that is no condition")
def _number(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", "local_hour and ")


@fault("a branch that is never taken")
def _dead(src: Source, dice: Random) -> Planted | None:
    return _in_condition(src, dice, r"^", "paired and not paired and ")


@fault("a branch that was there already")
def _again(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "go", "*", "if")
    return src.insert(src.at(*path) + 1, src.lines[src.at(*path)]) if path else None


@fault("a condition that always holds")
def _always(src: Source, dice: Random) -> Planted | None:
    return _in_condition(
        src, dice, r"^", dice.choice(["paired or not paired or ", "true or ", "local_hour >= 0 or local_hour < 0 or "])
    )


@fault("a last branch with a condition")
def _last(src: Source, dice: Random) -> Planted | None:
    path = src.one(
        dice, "nodes", "*", "go", "*", where=lambda path: isinstance(path[3], int) and set(src.value(path)) == {"to"}
    )
    at = src.at(*path) if path else 0
    return src.swap(at, src.lines[at].replace("{to:", "{if: paired, to:", 1)) if path else None


@fault("a plain branch above others")
def _early(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "go", "*", where=lambda path: path[3] == 0 and "if" in src.value(path))
    at = src.at(*path) if path else 0
    return src.swap(at, re.sub(r"if: .*?, to:", "to:", src.lines[at], count=1)) if path else None


@fault("a button that never shows")
def _hidden(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", where=lambda path: "when" not in src.value(path))
    return src.insert(src.at(*path) + 1, "          when: paired and not paired") if path else None


@fault("`when` on a name that is not there")
def _when(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", where=lambda path: "when" not in src.value(path))
    return src.insert(src.at(*path) + 1, "          when: have_time") if path else None


@fault("a value that is not set on one way")
def _unset(src: Source, dice: Random) -> Planted | None:
    """A button in the first question leads straight to a node that reads what is asked later."""
    if src.dialog is None:
        return None
    before = assigned(View(src.book, src.dialog))
    reading = [
        (name, node)
        for name, node in src.dialog.nodes.items()
        if node.say
        and {word.partition(".")[0] for word in node.say.placeholders} & src.dialog.vars.keys()
        and before.get(name)
    ]
    path = next(iter(src.paths("nodes", "*", "ask", "buttons", "*")), None)
    if not reading or path is None:
        return None
    name, node = dice.choice(reading)
    wanted = (
        {word.partition(".")[0] for word in node.say.placeholders if node.say} & src.dialog.vars.keys()
        if node.say
        else set()
    )
    here = before.get(str(path[1]), frozenset())
    if not wanted - here or any(src.dialog.vars[word].type == "letter" for word in wanted) or name == path[1]:
        return None
    at = src.at(*path)
    return src.insert(at, "        straight:", "          text: Straight on", f"          go: {name}", at=2)


@fault("words saved in nothing")
def _save(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "*", "save") or src.one(dice, "nodes", "*", "ask", "save")
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("a letter that is not there")
def _into(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "collect", "into") or src.one(dice, "nodes", "*", "show")
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("an unknown type")
def _type(src: Source, dice: Random) -> Planted | None:
    return src.set(src.one(dice, "vars", "*", "type"), dice.choice(["string", "bool", "Text", "integer"]))


@fault("another type of variable")
def _other_type(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*", "type", where=lambda path: src.value(path) in ("text", "letter"))
    return src.set(path, "number") if path else None


@fault("a choice without values")
def _no_values(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*", "type", where=lambda path: src.value(path) in ("text", "flag"))
    return src.set(path, "choice") if path else None


@fault("a variable that nothing reads")
def _unused(src: Source, dice: Random) -> Planted | None:
    if src.paths("vars"):
        return src.insert(src.at("vars") + 1, "  leftover: {type: flag}")
    return src.insert(src.at("nodes"), "vars:", "  leftover: {type: flag}", at=1)


@fault("a variable called as a fact")
def _fact(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*")
    return (
        src.insert(src.at(*path), f"  {dice.choice(['paired', 'name', 'focus', 'result'])}: {{type: text}}")
        if path
        else None
    )


@fault("a value twice in a choice")
def _value_twice(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*", "of", "*")
    at = src.at(*path) if path else 0
    return (
        src.swap(at, src.lines[at].replace(f"{src.value(path)}", f"{src.value(path)}, {src.value(path)}", 1))
        if path
        else None
    )


@fault("a value that the choice of a question lacks")
def _lacking(src: Source, dice: Random) -> Planted | None:
    saves = {src.value(path) for path in src.paths("nodes", "*", "ask", "save")}
    path = src.one(dice, "vars", "*", "of", "*", where=lambda path: path[1] in saves)
    if path is None:
        return None
    value = str(src.value(path))
    asked = [
        p
        for p in src.paths("nodes", "*", "ask", "save")
        if src.value(p) == path[1] and value in src.value((*p[:3], "buttons"))
    ]
    if not asked:
        return None
    changed = src.lines[src.at(*path)].replace(value, typo(value, dice), 1)
    planted = src.swap(src.at(*path), changed)
    return Planted(planted.files, planted.file, src.at(*asked[0][:3], "buttons", value) + 1) if planted else None


@fault("`needs` is gone")
def _needs(src: Source, dice: Random) -> Planted | None:
    return src.cut(src.at("needs")) if src.paths("needs") and "{partner}" in src.text else None


@fault("an unknown need")
def _need(src: Source, dice: Random) -> Planted | None:
    if src.paths("needs"):
        return src.swap(src.at("needs"), "needs: [paired, married]")
    return src.insert(src.at("start"), "needs: [pared]")


@fault("the partner's name where there may be none")
def _partner(src: Source, dice: Random) -> Planted | None:
    at = None if src.paths("needs") else src.say_line(dice)
    return src.swap(at, src.lines[at] + " {partner}") if at is not None else None


@fault("an unknown checker")
def _checker(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "text", "check")
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("an unknown list")
def _list(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "list", "of")
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("an unknown effect")
def _effect(src: Source, dice: Random) -> Planted | None:
    found = [at for path in src.paths("nodes", "*", "do", "*") for at in [src.at(*path)]]
    if not found:
        return None
    at = dice.choice(found)
    word = re.search(r"- (\w+)", src.lines[at])
    return src.swap(at, src.lines[at].replace(word[1], typo(word[1], dice), 1)) if word else None


@fault("an unknown argument of an effect")
def _argument(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "do", "*", "*", "*")
    return src.rename(path, typo(str(path[-1]), dice)) if path else None


@fault("a missing argument of an effect")
def _missing(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "do", "*", "*")
    at = src.at(*path) if path else 0
    return src.swap(at, re.sub(r": \{.*", "", src.lines[at])) if path and "{" in src.lines[at] else None


@fault("a wrong constant for an effect")
def _constant(src: Source, dice: Random) -> Planted | None:
    variables = set(src.document.data.get("vars", {}))
    path = src.one(
        dice, "nodes", "*", "do", "*", "*", "*",
        where=lambda path: isinstance(src.value(path), str)
        and src.value(path) not in variables and "statement" not in path,
    )  # fmt: skip
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("an unknown variable for an effect")
def _variable(src: Source, dice: Random) -> Planted | None:
    variables = set(src.document.data.get("vars", {}))
    path = src.one(dice, "nodes", "*", "do", "*", "*", "*", where=lambda path: src.value(path) in variables)
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("a missing value for a sub-dialog")
def _given(src: Source, dice: Random) -> Planted | None:
    given = {dialog.id for dialog in src.book.dialogs.values() if any(var.given for var in dialog.vars.values())}
    path = src.one(
        dice, "nodes", "*", "call", where=lambda path: src.value(path)["dialog"] in given and "with" in src.value(path)
    )
    at = src.at(*path) if path else 0
    return src.swap(at, re.sub(r", with: \{.*", "}", src.lines[at])) if path else None


@fault("an unknown value for a sub-dialog")
def _parameter(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "call", "with", "*")
    return src.rename(path, typo(str(path[-1]), dice)) if path else None


@fault("a value for a sub-dialog that takes none")
def _extra(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "call", where=lambda path: "with" not in src.value(path))
    at = src.at(*path) if path else 0
    return src.swap(at, src.lines[at].replace("}", ", with: {mood: true}}", 1)) if path else None
