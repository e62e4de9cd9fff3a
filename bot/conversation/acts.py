"""The effects that dialogs may ask for, each a pydantic model: its fields are its arguments.

`Variable` marks an argument that must be a variable. The flags stand in `EFFECTS`; `apply` gives each its act.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict

from bot.engine.script import EffectArg, EffectSpec, VarType

FOCUSES = ("communication", "conflicts", "time", "priorities", "routine", "infidelity")
Focus = Literal["communication", "conflicts", "time", "priorities", "routine", "infidelity"]


class _Variable:
    """An argument that a dialog fills with a variable, never with a constant."""


class _Letter(_Variable):
    """A variable of type letter."""


Variable = Annotated[str, _Variable()]
Letter = Annotated[str, _Letter()]


class Act(BaseModel):
    """An effect without arguments, and the base of those with some."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SaveName(Act):
    """The name to be called by the partner and by us."""

    name: Variable


class SaveZone(Act):
    """The time zone, an id of the zones list."""

    zone: Variable


class SaveCountry(Act):
    """The country whose helplines are shown, an id of the countries list."""

    country: Variable


class SaveHour(Act):
    """The hour of the daily nudge, an id of the hours list."""

    hour: Variable


class SaveQuiet(Act):
    """Quiet hours from a short list: from when, until when."""

    hours: Literal["h21_h08", "h22_h07", "h23_h09", "none"]


class SaveOwnQuiet(Act):
    """Quiet hours of one's own, two ids of the day_hours list."""

    start: Variable
    end: Variable


class SaveEffort(Act):
    """How long a gesture may take: five minutes, or ten."""

    effort: Literal["short", "any"]


class ChoosePath(Act):
    """Alone or with the partner; everyone has one and ordinary screens switch it."""

    path: Literal["solo", "together"]


class Pause(Act):
    """No nudges for so many days; 0 means until the person says otherwise."""

    days: int


class AnswerInvitation(Act):
    """What the invitee says. Later and no look the same to the inviter."""

    invitation: Variable
    answer: Literal["yes", "later", "no"]


class NoteAnswer(Act):
    """One statement of the check-up: the cause it speaks of and the answer."""

    cause: Focus
    statement: str
    answer: Variable


class KeepWords(Act):
    """Words of the person: a strength (typed, or the id of what they tapped), what hurts, or what they will do."""

    kind: Literal["strength", "trouble", "plan"]
    words: Variable


class SetFocus(Act):
    """The one focus chosen."""

    focus: Focus | Literal["none"]


class ChooseStep(Act):
    """The exercise of the path that is to come next, by its place among those proposed, from 1."""

    place: int


class WriteNote(Act):
    """Makes a note of the five answers of a guided I-statement; empty ones are left out."""

    letter: Letter
    what: Variable
    feeling: Variable
    why: Variable = ""
    wish: Variable = ""
    seeing: Variable = ""


class WriteSentence(Act):
    """Makes a note of a sentence that the person typed as a whole."""

    letter: Letter
    words: Variable


class KeepSentence(Act):
    """Keeps a note for oneself; an older one that it stands in for goes."""

    letter: Letter
    instead_of: Letter = ""


class LetterAct(Act):
    """Something done with one letter in the making."""

    letter: Letter


class SealLetter(Act):
    """Seals and sends on its way, after a rest: none, two hours, until tomorrow morning, or as it was planned."""

    letter: Letter
    rest: Literal["none", "two_hours", "overnight", "planned"] = "none"


class PlanLetter(Act):
    """When a letter is to leave, in the writer's zone: a day ahead or a date (MM-DD), and an hour of the list."""

    letter: Letter
    hour: Variable
    day: Variable = ""
    date: Variable = ""


class BeginExchange(Act):
    """The letter becomes the first of two to one question, an id of the questions list."""

    letter: Letter
    question: Variable


class WriteListed(Act):
    """Makes a note of one of the sentences that stand ready in the interface file."""

    letter: Letter
    sentence: Variable


class PutOffAnswer(Act):
    """The reader wants to hear of a letter again at a time of their own."""

    to: Variable
    until: Literal["tomorrow", "three_days", "week"]


class BeginLetter(Act):
    """What the letter is for; the guide's name is kept with it."""

    letter: Letter
    guide: Literal["blank", "thanks", "missing", "drift", "apology", "hard_topic", "dream", "open_when"]


class BeginLetterWith(Act):
    """A new letter that begins with a sentence of one's own."""

    letter: Letter
    sentence: Letter


class BeginAnswer(Act):
    """Marks a letter as the answer to one that was received."""

    letter: Letter
    to: Variable


class FindLetters(Act):
    """Lists the letters that hold these words."""

    words: Variable


class MuteLetters(Act):
    """Whether letters of the partner are held back without the partner noticing."""

    on: bool


class GuardLetters(Act):
    """Whether letters that the person seals from now on are kept from being forwarded."""

    on: bool


class Rest(Act):
    """No nudges and no offers for so many days, after a hard moment."""

    days: int


class AddPart(Act):
    """A message becomes a part of a letter. Made by the engine, not written in dialogs."""

    letter: Letter
    kind: Literal["text", "photo", "voice"]
    ref: int
    text: str
    file: str


class EditPart(Act):
    """An earlier message of a letter changed. Made by the engine, not written in dialogs."""

    letter: Letter
    ref: int
    text: str


MODELS: dict[str, type[Act]] = {
    "accept_terms": Act,
    "save_name": SaveName,
    "save_telegram_name": Act,
    "save_zone": SaveZone,
    "save_country": SaveCountry,
    "save_hour": SaveHour,
    "save_quiet": SaveQuiet,
    "save_own_quiet": SaveOwnQuiet,
    "save_effort": SaveEffort,
    "show_kinds": Act,
    "show_days": Act,
    "choose_path": ChoosePath,
    "pause": Pause,
    "resume_nudges": Act,
    "make_invitation": Act,
    "answer_invitation": AnswerInvitation,
    "leave_partner": Act,
    "begin_checkup": Act,
    "note_answer": NoteAnswer,
    "keep_words": KeepWords,
    "finish_checkup": Act,
    "set_focus": SetFocus,
    "begin_step": Act,
    "choose_step": ChooseStep,
    "write_note": WriteNote,
    "write_sentence": WriteSentence,
    "keep_sentence": KeepSentence,
    "begin_letter": BeginLetter,
    "begin_letter_with": BeginLetterWith,
    "begin_answer": BeginAnswer,
    "seal_letter": SealLetter,
    "plan_letter": PlanLetter,
    "begin_exchange": BeginExchange,
    "begin_sharing": LetterAct,
    "write_listed": WriteListed,
    "put_off_answer": PutOffAnswer,
    "keep_draft": LetterAct,
    "begin_unsent": LetterAct,
    "keep_unsent": LetterAct,
    "discard_letter": LetterAct,
    "list_letters": Act,
    "find_letters": FindLetters,
    "list_sentences": Act,
    "mute_letters": MuteLetters,
    "guard_letters": GuardLetters,
    "rest": Rest,
    "continue_suspended": Act,
    "hide_chat": Act,
    "export_mine": Act,
    "delete_me": Act,
    "say_bye": Act,
    "explain_nudge": Act,
}
INTERNAL: dict[str, type[Act]] = {"add_part": AddPart, "edit_part": EditPart}
DISCLOSES = {"seal_letter": frozenset({"letter"})}
IRREVERSIBLE = frozenset({"seal_letter", "leave_partner", "delete_me", "say_bye", "discard_letter"})


def effect_specs() -> dict[str, EffectSpec]:
    """The registry as the engine and check-dialogs read it."""
    return {
        name: EffectSpec(
            name=name,
            args=_arguments(model),
            discloses=DISCLOSES.get(name, frozenset()),
            irreversible=name in IRREVERSIBLE,
        )
        for name, model in MODELS.items()
    }


def _arguments(model: type[Act]) -> dict[str, EffectArg]:
    found = {}
    for name, info in model.model_fields.items():
        marks = info.metadata
        variable = any(isinstance(mark, _Variable) for mark in marks)
        letter = any(isinstance(mark, _Letter) for mark in marks)
        kind, of = ("letter", ()) if letter else _type(info.annotation)
        found[name] = EffectArg(type=kind, of=of, required=info.is_required(), variable=variable)
    return found


def _type(annotation: object) -> tuple[VarType, tuple[str, ...]]:
    if annotation is bool:
        return "flag", ()
    if annotation is int:
        return "number", ()
    if get_origin(annotation) is Literal:
        return "choice", tuple(get_args(annotation))
    parts = [_type(part) for part in get_args(annotation)]
    if parts:
        return "choice", tuple(value for _, of in parts for value in of)
    return "text", ()
