"""D41x, D50x: what a question saves fits the variable it is saved in. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.view import Path, View, fits
from bot.engine.script import Ask, Field, Var


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for node in view.dialog.nodes.values():
        if node.ask is None:
            continue
        path: Path = ("nodes", node.id, "ask")
        for one in (_buttons, _text, _list, _collect):
            yield from one(view, node.ask, path)


def _target(view: View, name: str, path: Path) -> Var | Diagnostic:
    var = view.dialog.vars.get(name)
    if var is None:
        return view.fault("D410", path, f"There is no variable `{name}` to save in; declare it under `vars`.")
    return var


def _buttons(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    if ask.save is None:
        yield from _idle(view, ask, path)
        return
    var = _target(view, ask.save, (*path, "save"))
    if isinstance(var, Diagnostic):
        yield var
    elif var.type == "text":
        if all(button.saves is None for button in ask.buttons):
            message = f"`{var.name}` is a text, so a tap has to bring words; write `saves` below a button."
            yield view.fault("D419", (*path, "save"), message)
    elif var.type != "choice":
        yield view.fault("D411", (*path, "save"), f"`{var.name}` is a {var.type}; a tap is saved in a choice.")
    else:
        yield from _idle(view, ask, path)
        for button in ask.buttons:
            if button.id not in var.of:
                message = f"`{button.id}` is not among the values of `{var.name}`; add it to its `of`."
                yield view.fault("D411", (*path, "buttons", button.id), message)


def _idle(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    """Words of buttons that nothing keeps."""
    for button in ask.buttons:
        if button.saves is not None:
            message = f"No text keeps what `{button.id}` saves; name one under `save`, or remove `saves`."
            yield view.fault("D411", (*path, "buttons", button.id, "saves"), message)


def _text(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    if ask.text is None:
        return
    checker = view.book.checkers.get(ask.text.check)
    if checker is None:
        message = f"There is no checker `{ask.text.check}`; the checkers are {_listed(view.book.checkers)}."
        yield view.fault("D501", (*path, "text", "check"), message)
        return
    var = _target(view, ask.text.save, (*path, "text", "save"))
    if isinstance(var, Diagnostic):
        yield var
    elif not fits(Field(checker.type), Field(var.type, var.of)):
        message = f"`{checker.name}` finds a {checker.type}, but `{var.name}` is a {var.type}; change one of them."
        yield view.fault("D411", (*path, "text", "save"), message)
    missing = sorted(checker.reasons - view.book.interrupts.messages.keys()) if ask.text.retry is None else []
    for reason in missing:
        message = (
            f"`{checker.name}` may refuse for `{reason}`, which _interrupts.yaml does not say; add it, or `retry`."
        )
        yield view.fault("D509", (*path, "text"), message)


def _list(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    if ask.list is None:
        return
    options = view.book.lists.get(ask.list.of)
    only = view.fields.get(ask.list.only or "")
    if only is not None and only.type != "text":
        message = f"`{ask.list.only}` is a {only.type}; the entries that are shown are named in a text."
        yield view.fault("D411", (*path, "list", "only"), message)
    if options is None:
        message = f"There is no list `{ask.list.of}`; the lists are {_listed(view.book.lists)}."
        yield view.fault("D507", (*path, "list", "of"), message)
        return
    var = _target(view, ask.list.save, (*path, "list", "save"))
    if isinstance(var, Diagnostic):
        yield var
    elif not fits(Field("choice", tuple(option.id for option in options)), Field(var.type, var.of)):
        message = f"The entries of `{ask.list.of}` do not fit `{var.name}`; make it a text."
        yield view.fault("D411", (*path, "list", "save"), message)


def _collect(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    if ask.collect is None:
        return
    var = _target(view, ask.collect.into, (*path, "collect", "into"))
    if isinstance(var, Diagnostic):
        yield var
    elif var.type != "letter":
        message = f"`{var.name}` is a {var.type}; messages are gathered in a letter."
        yield view.fault("D411", (*path, "collect", "into"), message)


def _listed(names: object) -> str:
    return ", ".join(sorted(names)) if isinstance(names, dict) and names else "none so far"
