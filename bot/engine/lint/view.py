"""What every check of one dialog looks at: the dialog, the book around it, and how a finding is made. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.engine.diagnostics import Diagnostic, Severity
from bot.engine.script import Argument, Book, Call, Dialog, Field, Name, Node

Path = tuple[str | int, ...]
RESULT = "result"


@dataclass(frozen=True)
class View:
    """One dialog in its book. `timed` keeps how the book's dialogs end by a clock alone, for all views of a book."""

    book: Book
    dialog: Dialog
    timed: dict[str, set[str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file of the dialog."""
        return self.dialog.place.file

    def line(self, path: Path) -> int:
        """The line of a path of keys, or of the nearest one above it."""
        lines = self.dialog.lines
        while path and path not in lines:
            path = path[:-1]
        return lines.get(path, 1)

    def last_line(self, node: Node) -> int:
        """The last line that a node has written."""
        here = ("nodes", node.id)
        line = max((line for path, line in self.dialog.lines.items() if path[:2] == here), default=self.line(here))
        says = node.say is not None and self.line((*here, "say")) == line
        return line + node.say.variants[0].count("\n") + 1 if says and node.say else line

    def fault(self, code: str, path: Path, message: str, severity: Severity = "error") -> Diagnostic:
        """A finding at a path of this dialog's file."""
        return Diagnostic(code, self.file, self.line(path), message, severity)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The type of every name that may be read here: variables, their fields, facts, the result of a call."""
        found = {name: Field(fact.type, fact.of) for name, fact in self.book.facts.items()}
        for var in self.dialog.vars.values():
            found[var.name] = Field(var.type, var.of)
            if var.type == "letter":
                found |= {f"{var.name}.{field}": kind for field, kind in self.book.letter_fields.items()}
        for node in self.dialog.nodes.values():
            found |= self._checked(node)
        calls = [node.call for node in self.dialog.nodes.values() if node.call]
        if calls:
            found[RESULT] = self._result(calls)
        return found

    def _checked(self, node: Node) -> dict[str, Field]:
        """The fields that a checker finds in a typed answer."""
        ask = node.ask.text if node.ask else None
        checker = self.book.checkers.get(ask.check) if ask else None
        if ask is None or checker is None:
            return {}
        return {f"{ask.save}.{field}": kind for field, kind in checker.fields.items()}

    def _result(self, calls: list[Call]) -> Field:
        callees = [self.book.dialogs.get(call.dialog) for call in calls]
        if None in callees:
            return Field("text")
        ends = {end for callee in callees if callee for end in ends_of(callee)}
        if any(callee and callee.needs - self.dialog.needs for callee in callees):
            ends.add("unmet")
        return Field("choice", tuple(sorted(ends)))

    def type_of(self, argument: Argument) -> Field | None:
        """The type of what is given to an effect or a sub-dialog; None for an unknown name."""
        match argument:
            case Name(name):
                return self.fields.get(name)
            case bool():
                return Field("flag")
            case int():
                return Field("number")
            case _:
                return Field("choice", (argument,))


Check = Callable[[View], Iterator[Diagnostic]]


def calls_of(view: View) -> Iterator[tuple[Dialog, Node, Call]]:
    """Every call of this dialog in the book."""
    for dialog in view.book.dialogs.values():
        for node in dialog.nodes.values():
            if node.call is not None and node.call.dialog == view.dialog.id:
                yield dialog, node, node.call


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint where something is spelt nearly so, else nothing."""
    close = difflib.get_close_matches(name[:64], list(known), n=1)
    return f"; perhaps `{close[0]}` is meant" if close and close[0] != name else ""


def ends_of(dialog: Dialog) -> frozenset[str]:
    """The results with which a dialog may end by its nodes."""
    return frozenset(node.end for node in dialog.nodes.values() if node.end is not None)


def fits(given: Field, wanted: Field) -> bool:
    """Whether a value of one type may stand where the other is asked for."""
    if wanted.type == "text":
        return given.type in ("text", "choice")
    if wanted.type == "choice" and given.type == "choice":
        return not wanted.of or set(given.of) <= set(wanted.of)
    return given.type == wanted.type
