"""D9xx: the words themselves, by the lists of dialogs/wording.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.codes.page import Example

_SAY = "      Then let the rest of it be easy.\n"
_ALLOW = "If a text must say it all the same, add its id and the reason under `allowed` in `dialogs/wording.yaml`."

STYLE: Mapping[str, Example] = {
    "D901": Example(
        why="Two people of any gender read this, married or not, of any creed or none, with children or without, "
        "in one home or in two. Whoever is not meant stops reading.",
        mend="Write they, your partner, the two of you. " + _ALLOW,
        right=_SAY,
        wrong="      Then let your husband do the rest.\n",
        warning=True,
    ),
    "D902": Example(
        why="Someone who feels accused defends, and stops listening. That holds for a bot too.",
        mend="Say what happened, or what could be done. " + _ALLOW,
        right=_SAY,
        wrong="      You should have rested.\n",
        warning=True,
    ),
    "D903": Example(
        why="Words from books about couples shut out those who have not read them.",
        mend="Say it as you would to a friend: instead of boundaries, what is all right for you. " + _ALLOW,
        right=_SAY,
        wrong="      Then mind your boundaries.\n",
        warning=True,
    ),
    "D904": Example(
        why="Counting, reminding of what was not done and telling what the partner did make people anxious, and "
        "then they leave. Coming back is met without a word about it.",
        mend="Leave it out. " + _ALLOW,
        right=_SAY,
        wrong="      You still haven't rested today.\n",
    ),
    "D905": Example(
        why="Not everybody sees an emoji, and nobody can be sure how it is meant. Signs in a row shout.",
        mend="Write it in words.",
        right=_SAY,
        wrong="      Then let the rest of it be easy \u2764\n",
    ),
    "D906": Example(
        why="One message, one idea: it is read on a phone, tired. A label has two or three words.",
        mend="Leave out what is not needed, or make two of it. If it must stay, allow `length` in "
        "`dialogs/wording.yaml`.",
        right=_SAY,
        wrong="      " + "Then let the rest of it be easy. " * 9 + "\n",
        warning=True,
    ),
    "D907": Example(
        why="A reader of twelve understands every text. Long sentences and long words are what makes one hard.",
        mend="Make two sentences of one, and take the short word. The age is a rough estimate from the length of "
        "both; the finding names what to look at.",
        right=_SAY,
        wrong="      Notwithstanding.\n",
        warning=True,
    ),
    "D908": Example(
        why="The list of what is allowed is short, and each entry is needed. This one is not.",
        mend="Remove it.",
        right="    says: [scores]\n",
        wrong="    says: [scores, streak]\n",
        file="wording.yaml",
        warning=True,
    ),
}

_THANKS = (
    "    Think of one small job your partner did this week that nobody mentioned. "
    "Thank them for it today, and name it.\n"
)
_GESTURE = "gestures.yaml"

GESTURES: Mapping[str, Example] = {
    "D851": Example(
        why="Without its tags nobody knows when a gesture may come and to whom.",
        mend="Look at the ones around it: category, effort, place, time, focus, together, text.",
        right="<a gesture with all seven keys>",
        wrong="<one without a category>",
        file=_GESTURE,
    ),
    "D852": Example(
        why="Somebody would get the same idea twice, in other words.",
        mend="Keep the better one; its id stays.",
        right="    Pick one thing your partner did for you lately. "
        "Tell them what it changed: more time, less worry, a better morning.\n",
        wrong=_THANKS,
        file=_GESTURE,
    ),
    "D853": Example(
        why="People choose how much effort they want. A gesture that takes longer breaks the word that was given.",
        mend="Raise the effort (2, 5 or 10 minutes), or make it smaller.",
        right=_THANKS,
        wrong="    Think of one small job your partner did this week. Take twenty minutes, and thank them for it.\n",
        file=_GESTURE,
    ),
    "D854": Example(
        why="A gesture is free, presses nobody, assumes nothing and speaks for nobody.",
        mend="Say it without the words that the finding names.",
        right=_THANKS,
        wrong="    Think of one small job your partner did this week. Buy them flowers for it.\n",
        file=_GESTURE,
    ),
    "D855": Example(
        why="Touch can be switched off as a whole. A hug in another category would come all the same.",
        mend="Move it to the category touch, or leave the touch out.",
        right=_THANKS,
        wrong="    Think of one small job your partner did this week. Thank them for it with a hug.\n",
        file=_GESTURE,
    ),
    "D856": Example(
        why="Nobody should get a gesture twice within 90 days, whatever they allow.",
        mend="Add gestures of the kind that the finding names.",
        right="<enough gestures of every kind>",
        wrong="<fewer>",
        file=_GESTURE,
    ),
    "D861": Example(
        why="A path proposes one exercise after another. One that is not there, or that two of every path cannot do "
        "without a partner, leaves somebody without a next step.",
        mend="The finding says what is wanted; the head of the file says how a step is written.",
        right="<a path with exercises that are there>",
        wrong="<one with an exercise that is not>",
        file="paths.yaml",
    ),
}
