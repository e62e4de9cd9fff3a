"""D50x, D41x: effects, sub-dialogs and needs are given what their declarations ask for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.view import Path, View, fits
from bot.engine.script import Argument, Call, Dialog, Do, EffectArg, EffectSpec, Field, Name, Var


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for node in view.dialog.nodes.values():
        for index, do in enumerate(node.do):
            yield from _effect(view, do, ("nodes", node.id, "do", index))
        if node.call is not None and node.call.dialog in view.book.dialogs:
            callee = view.book.dialogs[node.call.dialog]
            yield from _call(view, node.call, callee, ("nodes", node.id, "call"))
    yield from _needs(view)


def _needs(view: View) -> Iterator[Diagnostic]:
    for need in sorted(view.dialog.needs):
        fact = view.book.facts.get(need)
        if fact is None or fact.type != "flag":
            yield view.fault("D508", ("needs",), f"There is no fact `{need}` that is true or false; remove the need.")


def _effect(view: View, do: Do, path: Path) -> Iterator[Diagnostic]:
    spec = view.book.effects.get(do.effect)
    if spec is None:
        message = f"There is no effect `{do.effect}`; the effects are {_listed(view.book.effects)}."
        yield view.fault("D502", path, message)
        return
    for name, value in do.args.items():
        place = (*path, do.effect, name)
        if name not in spec.args:
            message = f"`{do.effect}` takes no `{name}`; it takes {_listed(spec.args)}."
            yield view.fault("D503", place, message)
        else:
            yield from _argument(view, value, spec.args[name], place)
    yield from _missing(view, do, spec, path)


def _missing(view: View, do: Do, spec: EffectSpec, path: Path) -> Iterator[Diagnostic]:
    for name, arg in spec.args.items():
        if arg.required and name not in do.args:
            yield view.fault("D504", path, f"`{do.effect}` needs `{name}`; add it.")


def _argument(view: View, value: Argument, arg: EffectArg, path: Path) -> Iterator[Diagnostic]:
    if arg.variable and not isinstance(value, Name):
        yield view.fault("D506", path, f"A variable must stand here, not {value!r}; write its name.")
        return
    found = view.type_of(value)
    if found is None:
        return
    if arg.variable and arg.type == "text":
        if found.type in ("letter", "flag"):
            yield view.fault("D505", path, f"A {found.type} cannot be given here; give a text.")
    elif not fits(found, Field(arg.type, arg.of)):
        yield view.fault("D505", path, f"{_shown(value)} cannot be given here; {_wanted(arg.type, arg.of)}.")


def _call(view: View, call: Call, callee: Dialog, path: Path) -> Iterator[Diagnostic]:
    for name, value in call.args.items():
        parameter = callee.vars.get(name)
        place = (*path, "with", name)
        if parameter is None:
            message = f"`{callee.id}` has no variable `{name}`; it has {_listed(callee.vars)}."
            yield view.fault("D416", place, message)
        else:
            yield from _parameter(view, value, parameter, place)
    for var in callee.vars.values():
        if var.given and var.name not in call.args:
            yield view.fault("D417", path, f"`{callee.id}` needs `{var.name}`; add it under `with`.")


def _parameter(view: View, value: Argument, parameter: Var, path: Path) -> Iterator[Diagnostic]:
    found = view.type_of(value)
    if found is None:
        return
    if not fits(found, Field(parameter.type, parameter.of)):
        message = f"{_shown(value)} does not fit `{parameter.name}`; {_wanted(parameter.type, parameter.of)}."
        yield view.fault("D416", path, message)
    ours = view.dialog.vars.get(value.name.partition(".")[0]) if isinstance(value, Name) else None
    words = found.type in ("text", "letter") or (isinstance(value, Name) and "." not in value.name)
    if ours is not None and ours.private and words and not parameter.private:
        message = f"`{ours.name}` is private, but `{parameter.name}` there is not; make it private there too."
        yield view.fault("D712", path, message)


def _shown(value: Argument) -> str:
    return f"`{value.name}`" if isinstance(value, Name) else repr(value)


def _wanted(kind: str, of: tuple[str, ...]) -> str:
    return f"one of {', '.join(of)} is wanted" if of else f"a {kind} is wanted"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
