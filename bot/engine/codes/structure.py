"""D3xx: the way through a dialog, its questions and their buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.codes.page import Example

_BUTTON = "        good:\n          text: Good\n          go: onward\n"
_MANY = "".join(f"        b{i}:\n          text: Choice {i}\n          go: onward\n" for i in range(8))
_REST = "  rest:\n    say: |\n      Then let the rest of it be easy.\n    end: done\n"
_ROW = (
    "  rest:\n    say: |\n      Then rest.\n    go: rest_two\n"
    "  rest_two:\n    say: |\n      Really.\n    go: rest_three\n"
    "  rest_three:\n    say: |\n      Close your eyes.\n    go: rest_four\n"
    "  rest_four:\n    say: |\n      Good night.\n"
    "    end: done\n"
)

STRUCTURE: Mapping[str, Example] = {
    "D301": Example(
        why="A tap or a timer would lead into nothing.",
        mend="Correct the spelling, or write the node.",
        right="      - {to: wish}\n",
        wrong="      - {to: wihs}\n",
        also=("D302",),
    ),
    "D302": Example(
        why="Nobody will ever read it: most often a way to it is missing, or it was forgotten when the way was "
        "removed.",
        mend="Lead to it, or remove it.",
        right=_REST,
        wrong=_REST + "  lost:\n    say: |\n      Nobody reads this.\n    end: done\n",
    ),
    "D303": Example(
        why="Whoever answers goes round and round. Stop and the expiry are ways out for emergencies, not ends.",
        mend="Give one of the answers a way to an end.",
        right="    end: done\n  rest:\n    say: |\n      Then let the rest of it be easy.\n    end: done\n",
        wrong="    end: done\n  rest:\n    say: |\n      Rested?\n    ask:\n"
        "      buttons:\n        more:\n          text: Not yet\n          go: rest\n",
    ),
    "D304": Example(
        why="A question without an expiry waits for ever, and with it the person's session.",
        mend="Add `expire: {after: 7d, go: <an end>}` at the top.",
        right="expire: {after: 7d, go: gone}\n",
        wrong="",
    ),
    "D305": Example(
        why="The bot would run in a circle and never come to rest.",
        mend="Ask something on the way, or end.",
        right="      - {to: wish}\n",
        wrong='      - {if: day == "good", to: onward}\n      - {to: wish}\n',
    ),
    "D306": Example(
        why="Someone who put the phone away would get message after message.",
        mend="Let the timeout lead to an end, or to a question without one.",
        right="      text: {save: wish, check: words, go: where}\n",
        wrong="      text: {save: wish, check: words, go: where}\n      timeout: {after: 20m, go: wish}\n",
    ),
    "D307": Example(
        why="With none the dialog hangs; with two nobody can say which holds.",
        mend="Keep exactly one of `ask`, `go` and `end`.",
        right=_REST,
        wrong=_REST.replace("    end: done\n", ""),
        also=("D303",),
    ),
    "D308": Example(
        why="A node that calls another dialog goes on when that one has ended, so it needs a place to go on.",
        mend="Write `go` below `call`; end in another node.",
        right='    go:\n      - {if: result == "again", to: mind}\n      - {to: out}\n',
        wrong="    end: done\n",
        file="night.yaml",
    ),
    "D309": Example(
        why="The call would lead into nothing.",
        mend="Correct the id.",
        right="{dialog: calm, with: {topic: {var: topic}, words: {var: words}}}",
        wrong="{dialog: clam, with: {topic: {var: topic}, words: {var: words}}}",
        file="night.yaml",
    ),
    "D310": Example(
        why="A dialog inside itself would stand deeper with every round, until there is no room.",
        mend="Lead back with `go` inside one dialog instead.",
        right="  again:\n    end: again\n",
        wrong="  again:\n    call: {dialog: night}\n    go: done\n",
        file="calm.yaml",
        also=("D404",),
    ),
    "D311": Example(
        why="There is room for twelve dialogs inside one another, help and a danger included.",
        mend="Call fewer inside one another; join two into one.",
        right="<twelve dialogs, each calling the next>",
        wrong="<thirteen>",
    ),
    "D312": Example(
        why="An expiry comes because nobody answered. A question at that moment is asked into an empty room.",
        mend="Lead the expiry to an end that says nothing.",
        right="expire: {after: 7d, go: gone}\n",
        wrong="expire: {after: 7d, go: wish}\n",
        also=("D302",),
    ),
    "D313": Example(
        why="The expiry ends the dialog first, so the timeout never comes.",
        mend="Shorten the timeout, or lengthen the expiry.",
        right="      text: {save: wish, check: words, go: where}\n",
        wrong="      text: {save: wish, check: words, go: where}\n      timeout: {after: 9d, go: gone}\n",
    ),
    "D314": Example(
        why="Nobody reads nine buttons, least of all on a phone, tired.",
        mend="Put the likely ones first and the rest behind one called More.",
        right=_BUTTON,
        wrong=_MANY + _BUTTON,
        also=("D411",),
    ),
    "D315": Example(
        why="A longer label is cut on a small screen.",
        mend="Say it in the message, and keep the label to two or three words.",
        right="          text: Good\n",
        wrong="          text: It was rather good, all things told\n",
    ),
    "D316": Example(
        why="Telegram gives a button 64 bytes for what it carries, and a part of them is ours.",
        mend="Shorten the id of the entry; what stands on the button stays.",
        right="<an id of up to 40 bytes in lists.yaml>",
        wrong="<a longer one>",
    ),
    "D317": Example(
        why="Nobody can get past a question without an answer, and collecting goes on until a button ends it.",
        mend="Add buttons, or a typed answer.",
        right="      list: {of: countries, save: place, go: kept}\n",
        wrong="      timeout: {after: 1h, go: kept}\n",
        also=("D402",),
    ),
    "D318": Example(
        why="If words may be typed and also be part of a letter, nobody can say which of the two they are.",
        mend="Keep one of `text`, `list` and `collect`.",
        right="      list: {of: countries, save: place, go: kept}\n",
        wrong="      list: {of: countries, save: place, go: kept}\n      text: {save: place, check: words, go: kept}\n",
    ),
    "D319": Example(
        why="`save` beside `ask` keeps the id of the tapped button, so without buttons it keeps nothing.",
        mend="Remove it, or write it inside `text` or `list`.",
        right="      list: {of: countries, save: place, go: kept}\n",
        wrong="      save: day\n      list: {of: countries, save: place, go: kept}\n",
    ),
    "D320": Example(
        why="Buttons without a question are a riddle.",
        mend="Add `say`.",
        right="    say: |\n      In which country?\n",
        wrong="",
    ),
    "D322": Example(
        why="Four messages in a row are a wall, and each of them rings the phone.",
        mend="Join two, or ask something in between.",
        right=_REST,
        wrong=_ROW,
    ),
    "D323": Example(
        why="Labels and synonyms may be typed. If two buttons answer to one word, nobody knows which is meant.",
        mend="Change one of them.",
        right="          also: [not good]\n",
        wrong="          also: [not good, good]\n",
    ),
    "D324": Example(
        why="An expiry of minutes throws people out who were called to the door; one of years keeps their words "
        "for nothing. Most often the unit is wrong.",
        mend="Use 24h or 7d.",
        right="expire: {after: 7d, go: gone}\n",
        wrong="expire: {after: 7m, go: gone}\n",
    ),
    "D325": Example(
        why="Nobody reads, thinks and taps within seconds. Most often the unit is wrong.",
        mend="Use minutes or hours: 20m, 2h.",
        right="      text: {save: wish, check: words, go: where}\n",
        wrong="      text: {save: wish, check: words, go: where}\n      timeout: {after: 20s, go: gone}\n",
    ),
    "D326": Example(
        why="The end of a dialog is what its callers ask for. This one is spelt almost as they ask, so their "
        "branch is never taken.",
        mend="Spell both alike.",
        right="  again:\n    end: again\n",
        wrong="  again:\n    end: agian\n",
        file="calm.yaml",
        also=("D404",),
    ),
}
