"""What dialogs may name besides effects: facts, fields of letters, checkers. Filled with values elsewhere."""

from __future__ import annotations

from bot.checkup.rules import TAPPED
from bot.conversation.acts import FOCUSES
from bot.engine.script import Fact, Field

FURTHER = ("second", "third", "fourth", "fifth", "sixth")
FLAGS = (
    "none",
    "blame",
    "disguised_you",
    "absolute",
    "label_or_insult",
    "mind_reading",
    "faux_feeling",
    "demand",
    "contempt_or_sarcasm",
    "vague_wish",
)
VERDICTS = ("i_statement", "disguised_you", "you_statement", "incomplete", "off_topic")
STRENGTHS = ("none", "feeling", "situation", "need", "sees_partner")
PIECES = ("none", "feeling", "need", "situation")
MARKS = ("none", "blame", "contempt", "absolute", "threat")


def facts() -> dict[str, Fact]:
    """Every read-only value that a dialog may read, with its type."""
    found = [
        Fact("known", "flag"),  # has read the notice and said yes to it
        Fact("name", "text"),
        Fact("telegram_name", "text"),  # as it came with what was just tapped or typed; empty for none that can be used
        Fact("partner", "text", needs="paired"),
        Fact("paired", "flag"),  # has a partner who can be reached through us
        Fact("inviting", "flag"),  # an invitation is open
        Fact("path", "choice", of=("solo", "together")),
        Fact("resting", "flag"),  # after a hard moment: nothing is offered
        Fact("focus", "choice", of=("none", *FOCUSES)),
        Fact("leading", "choice", of=("none", *FOCUSES)),  # of the running check-up
        Fact("second", "choice", of=("none", *FOCUSES)),
        Fact("strength_words", "text"),
        Fact("kept_strength", "choice", of=(*TAPPED, "nothing", "own")),  # `own`: typed
        Fact("trouble_words", "text"),
        Fact("has_then", "flag"),  # a whole look before the running one
        Fact("then_on", "text"),
        Fact("then_and_now", "text"),
        Fact("has_then_words", "flag"),
        Fact("then_words", "text"),
        Fact("has_looked", "flag"),  # a whole look at all
        Fact("looked_on", "text"),
        Fact("looked", "text"),
        Fact("next_step", "text"),  # on the path of the focus, in one sentence
        *(Fact(f"{place}_step", "text") for place in FURTHER),  # those proposed after it
        Fact("steps_open", "number"),
        Fact("path_walked", "flag"),
        *(Fact(f"step_{focus}", "text") for focus in FOCUSES),  # the next one, were this the focus
        Fact("nudge_time", "text"),
        Fact("nudges_on", "flag"),
        Fact("quiet_hours", "text"),
        Fact("effort", "choice", of=("short", "any")),
        Fact("zone_label", "text"),
        Fact("local_hour", "number"),
        Fact("has_country", "flag"),
        Fact("near_countries", "text"),  # ids of those in the person's time zone; empty where it is not known
        Fact("country_label", "text"),
        Fact("emergency", "text"),
        Fact("has_emergency", "flag"),
        Fact("lines_crisis", "text"),
        Fact("lines_abuse", "text"),
        Fact("lines_violence", "text"),
        Fact("lines_general", "text"),
        Fact("letters_waiting", "number"),
        Fact("letters_left", "number"),  # letters that may still be sealed today
        Fact("letters_any", "flag"),
        Fact("sentences_any", "flag"),  # own ones, kept under My sentences
        Fact("lot", "number"),  # 0 to 99, the same for the whole of a session and another in the next
        Fact("muted", "flag"),
        Fact("guarded", "flag"),  # own letters are kept from being forwarded
        Fact("suspended", "flag"),  # another dialog waits under Continue
        Fact("suspended_about", "text"),
        Fact("operator", "text"),
    ]
    return {fact.name: fact for fact in found}


def letter_fields() -> dict[str, Field]:
    """What is known of a letter in the making, read as `<variable>.<field>`."""
    return {
        "parts": Field("number"),
        "words": Field("number"),
        "heat": Field("number"),  # 0 calm .. 5
        "marks": Field("number"),  # sentences that a kind coach would mark
        "flag": Field("choice", of=MARKS),  # of the first marked sentence
        "marked": Field("text"),  # that sentence
        "rewrite": Field("text"),
        "has_rewrite": Field("flag"),
        "threat": Field("flag"),  # holds a threat and may not leave before it is reworded
        "exchange": Field("flag"),  # one of two letters to a question, opened only when both are sealed
        "question": Field("text"),  # that question
        "keeps": Field("flag"),  # to be opened on a day when the two fight
        "hidden": Field("flag"),  # /hide has taken away what its writer saw of it last, before a yes
    }


def finding_fields() -> dict[str, Field]:
    """What a checker of phrasing finds in a typed answer: the two most helpful findings and what is good."""
    fields = {
        "good": Field("choice", of=STRENGTHS),
        "verdict": Field("choice", of=VERDICTS),
        "holds": Field("choice", of=PIECES),  # of a sentence: the weightiest of its pieces
    }
    for prefix in ("", "second_"):
        fields |= {
            f"{prefix}flag": Field("choice", of=FLAGS),
            f"{prefix}words": Field("text"),
            f"{prefix}rewrite": Field("text"),
            f"{prefix}has_rewrite": Field("flag"),
        }
    return fields
