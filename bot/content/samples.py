"""Values with which an author can begin in the middle of a dialog: plausible, and no person's. Pure."""

from __future__ import annotations

from bot.engine.lint.reads import reads
from bot.engine.lint.ways import closure, known_ways
from bot.engine.script import Accepted, Book, Dialog, Value, Var

# By the check that the typed answer goes through; the last is for texts that nobody types.
TYPED = {
    "name": "Robin",
    "words": "A quiet evening",
    "trouble": "We hardly talk any more",
    "date": "24 December",
    "sentence": "I feel a little lonely when we do not talk in the evening, and I would like ten minutes with you.",
    "camera": "we both look at our phones after dinner",
    "feeling": "a little lonely",
    "why": "our evenings mean a lot to me",
    "wish": "ten minutes of talk before the television",
    "seeing": "you are tired from work",
    "": "something written earlier",
}


def samples(book: Book, dialog: Dialog, node: str) -> dict[str, Value]:
    """A value for every variable that is read at this node or behind it, with the fields that a check finds in it.

    Letters are left out: each dialog begins with empty ones of its own.
    """
    ahead = closure([node], lambda name: [way.to for way in known_ways(dialog, dialog.nodes[name])])
    wanted = {read.name.partition(".")[0] for read in reads(dialog, book.effects) if read.node in ahead}
    found: dict[str, Value] = {}
    for var in dialog.vars.values():
        if var.name in wanted and var.type != "letter":
            found |= _value(book, dialog, var)
    return found


def _value(book: Book, dialog: Dialog, var: Var) -> dict[str, Value]:
    match var.type:
        case "flag":
            return {var.name: True}
        case "number":
            return {var.name: 1}
        case "choice":
            return {var.name: var.of[0]}
        case _:
            return _listed(book, dialog, var) or _typed(book, dialog, var) or {var.name: TYPED[""]}


def _listed(book: Book, dialog: Dialog, var: Var) -> dict[str, Value]:
    """The first entry of the list from which this variable is chosen, if it is."""
    asks = (node.ask.list for node in dialog.nodes.values() if node.ask is not None and node.ask.list is not None)
    return next(({var.name: book.lists[ask.of][0].id} for ask in asks if ask.save == var.name), {})


def _typed(book: Book, dialog: Dialog, var: Var) -> dict[str, Value]:
    """What the question for this variable would take, with what its check finds in it."""
    asks = (node.ask.text for node in dialog.nodes.values() if node.ask is not None and node.ask.text is not None)
    for check in sorted({ask.check for ask in asks if ask.save == var.name} & TYPED.keys()):
        verdict = book.checkers[check].check(TYPED[check])
        if isinstance(verdict, Accepted):
            return {var.name: verdict.value, **{f"{var.name}.{k}": v for k, v in verdict.fields.items()}}
    return {}
