"""D6xx to D8xx: texts and translations, what is private, and what was released."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.codes.page import Example

_SAY = "      Then let the rest of it be easy.\n"
_REST = "    say: |\n" + _SAY
_ASK = "      text: {save: wish, check: words, go: where}\n"


def _po(
    translated: str, *, key: str = "evening.kept.say", english: str = "Kept, {name}: {wish}", flag: str = ""
) -> str:
    context = f'msgctxt "{key}"\n' if key else ""
    return f'{flag}{context}msgid "{english}"\nmsgstr "{translated}"\n'


_RIGHT_PO = _po("Notiert, {name}: {wish}")

WORDS: Mapping[str, Example] = {
    "D601": Example(
        why="Inside braces a comma or a colon ends the text, and an apostrophe may do odd things.",
        mend="Give the text a line of its own.",
        right="        good:\n          text: Good\n          go: onward\n",
        wrong="        good: {text: Good, go: onward}\n",
    ),
    "D602": Example(
        why="A message written as a block is read as it will be read, and may hold any sign.",
        mend="A | after the colon, the text below it, indented.",
        right=_REST,
        wrong="    say: Then let the rest of it be easy.\n",
    ),
    "D603": Example(
        why="Telegram refuses an empty message.",
        mend="Write what is to be said.",
        right="          text: Good\n",
        wrong='          text: " "\n',
    ),
    "D604": Example(
        why="Characters that cannot be seen turn the direction of a line, split a word or confuse a search. They "
        "come along when text is copied.",
        mend="Type the word anew.",
        right=_SAY,
        wrong="      Then let the re\u200bst of it be easy.\n",
    ),
    "D605": Example(
        why="Emphasis is *bold* and _italic_, each closed on its line; braces are for names. Everything else "
        "would be read as it stands, stars and all.",
        mend="Close it, or leave it out.",
        right=_SAY,
        wrong="      Then let the *rest of it be easy.\n",
    ),
    "D606": Example(
        why="Nothing of this name is known here, so the text would have a hole.",
        mend="Correct the spelling; the finding names the nearest name.",
        right="      Kept, {name}: {wish}\n",
        wrong="      Kept, {nmae}: {wish}\n",
    ),
    "D607": Example(
        why="Telegram refuses a message of more than 4,096 characters.",
        mend="Split it.",
        right=_SAY,
        wrong="      " + "Then let the rest of it be easy. " * 130 + "\n",
    ),
    "D608": Example(
        why="A person may type up to 3,500 characters, and with them this message could grow too long.",
        mend="Repeat fewer answers in one message, or let a checker keep them short.",
        right="      Kept, {name}: {wish}\n",
        wrong="      Kept, {name}: {wish} And once more, so that it stays: {wish}\n",
        warning=True,
    ),
    "D609": Example(
        why="Nobody reads so much at once on a phone.",
        mend="Keep one idea, under 240 characters if you can.",
        right=_SAY,
        wrong="      " + "Then let the rest of it be easy. " * 20 + "\n",
        warning=True,
    ),
    "D610": Example(
        why="The value is stored as an English id, and would be shown as such.",
        mend="Branch on it, and say each value in words of its own.",
        right="      Kept, {name}: {wish}\n",
        wrong="      Kept, {name}: {wish} ({day})\n",
        warning=True,
    ),
    "D611": Example(
        why="Nothing fills names in a label.",
        mend="Say it in the message.",
        right="          text: Good\n",
        wrong='          text: "Good, {name}"\n',
    ),
    "D612": Example(
        why="A letter is many messages, perhaps with photos. It is shown as it will be read, not inside a sentence.",
        mend="Write `show: draft`.",
        right="      It is on its way.\n",
        wrong="      It is on its way: {draft}\n",
        file="letter.yaml",
    ),
    "D613": Example(
        why="Some letters of other alphabets look like ours. A word with both cannot be found, and is read out "
        "wrongly.",
        mend="Type the word anew.",
        right=_SAY,
        wrong="      Then let the r\u0435st of it be easy.\n",
    ),
    "D614": Example(
        why="A line that is indented too far belongs to the message above it, and people would read it.",
        mend="Indent it less.",
        right=_REST + "    end: done\n  gone:",
        wrong=_REST + "      end: done\n  gone:",
    ),
    "D621": Example(
        why="A line is none of such a file, so the language is left out.",
        mend="Look at the quotes of the line.",
        right=_RIGHT_PO,
        wrong='msgctxt "evening.kept.say"\nmsgid "Kept, {name}: {wish}\nmsgstr "Notiert"\n',
        file="locale/de.po",
    ),
    "D622": Example(
        why="The text has another id now, or is gone, so the translation is never shown.",
        mend="Bring the translations up to date; nobody needs to do it by hand.",
        right=_RIGHT_PO,
        wrong=_po("Notiert, {name}: {wish}", key="evening.keeps.say"),
        file="locale/de.po",
        warning=True,
    ),
    "D623": Example(
        why="The English has changed since, so the translation may say something else. The English is shown.",
        mend="Bring the translations up to date, then look at it.",
        right=_RIGHT_PO,
        wrong=_po("Danke, {name}: {wish}", english="Thank you, {name}: {wish}"),
        file="locale/de.po",
        warning=True,
    ),
    "D624": Example(
        why="As in the English: it would be read as it stands.",
        mend="Close the brace or the emphasis.",
        right=_RIGHT_PO,
        wrong=_po("Notiert, {name: {wish}"),
        file="locale/de.po",
    ),
    "D625": Example(
        why="The translation speaks of something that the English does not have, or leaves something out.",
        mend="Use the same names; they are not translated.",
        right=_RIGHT_PO,
        wrong=_po("Notiert, {nome}: {wish}"),
        file="locale/de.po",
    ),
    "D626": Example(
        why="Telegram refuses it.",
        mend="Shorten it.",
        right=_RIGHT_PO,
        wrong=_po("Notiert, {name}: {wish} " + "und so fort " * 400),
        file="locale/de.po",
    ),
    "D627": Example(
        why="As in the English: what cannot be seen does harm.",
        mend="Type the word anew.",
        right=_RIGHT_PO,
        wrong=_po("Not\u200biert, {name}: {wish}"),
        file="locale/de.po",
    ),
    "D628": Example(
        why="Somebody or a program has marked it as a guess, so the English is shown.",
        mend="Read it, correct it, remove the mark.",
        right=_RIGHT_PO,
        wrong=_po("Notiert, {name}: {wish}", flag="#, fuzzy\n"),
        file="locale/de.po",
        warning=True,
    ),
    "D629": Example(
        why="A translation is found by the id of its text, which stands in `msgctxt`.",
        mend="Bring the translations up to date.",
        right=_RIGHT_PO,
        wrong=_po("Notiert, {name}: {wish}", key=""),
        file="locale/de.po",
        warning=True,
    ),
    "D701": Example(
        why="Nothing private reaches the partner unless the person has just said yes to exactly this text. On "
        "some way here nobody asked.",
        mend="Lead here only from a button with `consent`, as the last question before.",
        right="          consent: draft\n",
        wrong="",
        file="letter.yaml",
        also=("D714",),
    ),
    "D702": Example(
        why="What a person typed is private unless they say otherwise. A variable that is not declared so has no "
        "protection.",
        mend="Declare it `private: true`, and ask for consent.",
        right="  draft: {type: letter, private: true}\n",
        wrong="  draft: {type: letter}\n",
        file="letter.yaml",
        also=("D703",),
    ),
    "D703": Example(
        why="There is nothing to consent to: the variable is no private one of this dialog.",
        mend="Name the private variable that the tap opens.",
        right="          consent: draft\n",
        wrong="          consent: name\n",
        file="letter.yaml",
        also=("D701", "D714"),
    ),
    "D704": Example(
        why="A yes to something that one does not see is none.",
        mend="Show it: `show: draft`, or its name in braces.",
        right="    show: draft\n",
        wrong="",
        file="letter.yaml",
    ),
    "D705": Example(
        why="The yes would be to a text that changes with the same answer.",
        mend="Ask for consent in a question of its own, which shows the text as it will stay.",
        right="          when: draft.parts > 0\n",
        wrong="          when: draft.parts > 0\n          consent: draft\n",
        file="letter.yaml",
        also=("D704",),
    ),
    "D706": Example(
        why="What cannot be undone happens by a person's hand, never because a clock ran out.",
        mend="Lead the timer elsewhere, and ask before the act.",
        right="expire: {after: 7d, go: later}\n",
        wrong="expire: {after: 7d, go: send}\n",
        file="letter.yaml",
        also=("D701",),
    ),
    "D707": Example(
        why="A person may type that they are in danger, in any answer. Each kind needs a dialog that opens then.",
        mend="Name a dialog for it under `danger`.",
        right="  self_harm: danger_self_harm\n",
        wrong="",
        file="_interrupts.yaml",
    ),
    "D708": Example(
        why="Whoever cannot find the button must be able to leave by typing.",
        mend="Add words under `stop`.",
        right="  stop: [stop, stop it, stop this, stop now, quit, exit, enough, cancel, leave it]\n",
        wrong="  stop: []\n",
        file="_interrupts.yaml",
    ),
    "D709": Example(
        why="`exits: false` takes Back and Stop away; then a button of the question must lead out, whatever holds.",
        mend="Add a button without `when`, or leave the row where it is.",
        right="start: today\n",
        wrong="start: today\nexits: false\n",
    ),
    "D710": Example(
        why="Stop, Back and Help come first everywhere, so whoever types this word gets them instead.",
        mend="Choose another word.",
        right="          also: [not good]\n",
        wrong="          also: [enough]\n",
    ),
    "D711": Example(
        why="A word can mean one thing at any moment.",
        mend="Keep it in one of the lists.",
        right="  back: [back, go back, one back, previous]\n",
        wrong="  back: [back, go back, quit]\n",
        file="_interrupts.yaml",
    ),
    "D712": Example(
        why="Inside the sub-dialog the words would have no protection.",
        mend="Declare the variable `private: true` there too.",
        right="  words: {type: text, private: true, given: true}\n",
        wrong="  words: {type: text, given: true}\n",
        file="calm.yaml",
    ),
    "D713": Example(
        why="A rule may be wrong. Whoever is not in danger must be able to say so and go on.",
        mend="Add a button that leads to `end: not_this`.",
        right="    end: not_this\n",
        wrong="    end: done\n",
        file="danger_fear.yaml",
    ),
    "D714": Example(
        why="From this answer the words would go out, and nobody asked for exactly this text.",
        mend="Write `consent` at this button, or lead it to a question that asks.",
        right="          consent: draft\n",
        wrong="",
        file="letter.yaml",
        also=("D701",),
    ),
    "D801": Example(
        why="People may be waiting at this very question while the new release starts. They would fall out.",
        mend="Write `moved: {old: new}` at the top.",
        right="{save: wish, check: words, go: where}\n  where:\n",
        wrong="{save: wish, check: words, go: country}\n  country:\n",
        also=("D807",),
    ),
    "D802": Example(
        why="Somebody is waiting with the old buttons on the screen.",
        mend="Give the question a new id, and write `moved: {old: new}`.",
        right="        good:\n          text: Good\n",
        wrong="        fine:\n          text: Good\n",
        also=("D411",),
    ),
    "D803": Example(
        why="Whoever waits at the old question is brought to the new one, so that must be a question.",
        mend="Name the question that takes its place.",
        right="start: today\n",
        wrong="start: today\nmoved: {evening: kept}\n",
    ),
    "D804": Example(
        why="A value of the old type may be saved in a session under way.",
        mend="Use a new name for the new type.",
        right="  place: {type: text}\n",
        wrong="  place: {type: number}\n",
        also=("D411", "D802"),
    ),
    "D805": Example(
        why="The lock is made by a program. A line that is none comes from a merge or from an edit by hand.",
        mend="Restore the file, or write it anew with `check-dialogs --update-lock`.",
        right="<dialogs.lock as it was written>",
        wrong="<a line of a merge in it>",
        file="dialogs.lock",
    ),
    "D806": Example(
        why="Whoever is inside is told that the exercise has changed, and can begin another.",
        mend="If that is meant, nothing; else bring the file back.",
        right="<evening.yaml>",
        wrong="<no evening.yaml>",
        file="dialogs.lock",
        warning=True,
    ),
    "D807": Example(
        why="What is not in the lock is not protected. That is right while a dialog is being written.",
        mend="`check-dialogs --update-lock`, when it is released.",
        right="  gone:\n",
        wrong="  more:\n    say: |\n      Anything else?\n    ask:\n"
        "      buttons:\n        nothing:\n          text: That is all\n          go: rest\n  gone:\n",
        also=("D302",),
        warning=True,
    ),
    "D808": Example(
        why="The program says this message at some moment, and would have nothing to say.",
        mend="Restore it. If the program has changed too, write the lock anew.",
        right="  fold: Fold it away\n",
        wrong="",
        file="interface.yaml",
    ),
    "D809": Example(
        why="The program fills certain names in this message, and no others.",
        mend="Use the names that the finding lists. If the program has changed too, write the lock anew.",
        right="    A letter from {partner}.\n",
        wrong="    A letter from {friend}.\n",
        file="interface.yaml",
    ),
}
