"""D4xx and D5xx: names, types and conditions, and what the program offers to dialogs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.codes.page import Example

_IF = '      - {if: day == "hard" and local_hour > 20, to: rest}\n'
_CALL = "{dialog: calm, with: {topic: {var: topic}, words: {var: words}}}"

VALUES: Mapping[str, Example] = {
    "D401": Example(
        why="Only variables, their fields and facts can be read. A name that is none is most often misspelt.",
        mend="Correct the spelling, or declare the variable under `vars`.",
        right=_IF,
        wrong=_IF.replace("local_hour", "hour"),
    ),
    "D402": Example(
        why="On some way nothing has been asked yet, so the text would have a hole where the value belongs.",
        mend="Ask for it on every way here, or read it only where it is set.",
        right="          also: [not good]\n          go: onward\n",
        wrong="          also: [not good]\n          go: kept\n",
        also=("D421",),
    ),
    "D403": Example(
        why="A text and a number are never equal, and only numbers have an order.",
        mend="Compare like with like; words in quotes.",
        right=_IF,
        wrong=_IF.replace("> 20", '== "late"'),
    ),
    "D404": Example(
        why="The choice never has this value, so the comparison is always the same.",
        mend="Use one of the values that the finding lists.",
        right=_IF,
        wrong=_IF.replace('"hard"', '"bad"'),
    ),
    "D405": Example(
        why="A number or a text is neither true nor false by itself.",
        mend="Compare it with something.",
        right=_IF,
        wrong=_IF.replace("local_hour > 20", "local_hour"),
    ),
    "D406": Example(
        why="No values lead here, so nobody ever gets this way. Most often a branch above catches all, or the "
        "condition contradicts itself.",
        mend="Change the condition, or remove the branch.",
        right=_IF,
        wrong=_IF + _IF,
    ),
    "D407": Example(
        why="If none of the conditions holds, there is no way on.",
        mend="Let the last branch have no `if`.",
        right="      - {to: wish}\n",
        wrong='      - {if: day == "good", to: wish}\n',
    ),
    "D408": Example(
        why="The first branch that holds is taken, and one without a condition always does.",
        mend="Move it to the end.",
        right=_IF,
        wrong="      - {to: wish}\n" + _IF,
    ),
    "D409": Example(
        why="No values ever show this button.",
        mend="Change its `when`, or remove it.",
        right="          when: draft.parts > 0\n",
        wrong="          when: draft.parts > 0 and draft.parts < 0\n",
        file="letter.yaml",
    ),
    "D410": Example(
        why="What is saved needs a place with a type.",
        mend="Declare it under `vars`, or correct the spelling.",
        right="{save: wish, check: words, go: where}",
        wrong="{save: whish, check: words, go: where}",
        also=("D402",),
    ),
    "D411": Example(
        why="What the question gives is not what the variable holds: a button that the choice does not list, "
        "words in a number.",
        mend="Add the id to `of`, or save in another variable.",
        right="  day: {type: choice, of: [good, hard]}\n",
        wrong="  day: {type: choice, of: [well, hard]}\n",
    ),
    "D412": Example(
        why="Nothing reads it: a leftover, or the place that should read it is missing.",
        mend="Remove it, or use it.",
        right="vars:\n  day:",
        wrong="vars:\n  mood: {type: text}\n  day:",
        warning=True,
    ),
    "D413": Example(
        why="With two things of one name nobody knows which is read.",
        mend="Choose another name.",
        right="vars:\n  day:",
        wrong="vars:\n  paired: {type: flag}\n  day:",
        also=("D412",),
    ),
    "D414": Example(
        why="A choice is known by its values, each once; other types have none.",
        mend="Add `of`, or remove the value that stands twice.",
        right="of: [good, hard]}",
        wrong="of: [good, hard, good]}",
    ),
    "D415": Example(
        why="The fact is only there for people of whom the need holds; others would read a hole.",
        mend="Add the need at the top; the dialog then opens only for them.",
        right="      Then let the rest of it be easy.\n",
        wrong="      Then let {partner} do the rest.\n",
        also=("D422",),
    ),
    "D416": Example(
        why="The sub-dialog does not know this variable, or has it as another type.",
        mend="Give it what it declares under `vars`.",
        right=_CALL,
        wrong=_CALL.replace("topic: {var: topic}", "topic: {var: topic}, slow: true"),
        file="night.yaml",
    ),
    "D417": Example(
        why="The sub-dialog reads it from the first moment on.",
        mend="Add it under `with`.",
        right=_CALL,
        wrong=_CALL.replace("topic: {var: topic}, ", ""),
        file="night.yaml",
        also=("D412",),
    ),
    "D418": Example(
        why="One or many is a question of a number.",
        mend="Let `count` name a number.",
        right="    say: |\n      Then let the rest of it be easy.\n",
        wrong="    say:\n      count: name\n      one: |\n        One breath.\n      other: |\n        Some breaths.\n",
    ),
    "D419": Example(
        why="A text is read by people. The id of a button is English and would be read so in every language.",
        mend="Give the buttons `saves`, the words they stand for, or save the tap in a choice.",
        right="      save: day\n",
        wrong="      save: place\n",
        also=("D402",),
    ),
    "D420": Example(
        why="A condition that always holds decides nothing. Most often an `or` should be an `and`.",
        mend="Remove it, or ask for something else.",
        right=_IF,
        wrong=_IF.replace('day == "hard" and local_hour > 20', 'day == "hard" or day == "good"'),
        also=("D406",),
    ),
    "D421": Example(
        why="Ways meet here, and this one comes without a value that the others bring along and that is read "
        "further on.",
        mend="Ask for the value on this way too, or lead it past the place that reads it.",
        right="          also: [not good]\n          go: onward\n",
        wrong="          also: [not good]\n          go: kept\n",
        also=("D402",),
    ),
    "D422": Example(
        why="Somewhere below, the dialog reads a fact that is only there for some people. The need belongs at the top.",
        mend="Write the line that the finding shows.",
        right="needs: [paired]\n",
        wrong="",
        file="letter.yaml",
        also=("D415",),
    ),
    "D501": Example(
        why="Typed answers are checked by functions of the program, and there is none of this name.",
        mend="Use one that the finding lists.",
        right="check: words, go: where",
        wrong="check: wrods, go: where",
    ),
    "D502": Example(
        why="What a dialog can do is offered by the program, and there is nothing of this name.",
        mend="Use one that the finding lists, or have it built.",
        right="      - keep_words: {kind: plan, words: wish}\n",
        wrong="      - keep_word: {kind: plan, words: wish}\n",
    ),
    "D503": Example(
        why="The effect would not look at it, so what you meant would be missing.",
        mend="Correct the spelling.",
        right="{letter: draft, rest: none}",
        wrong="{letter: draft, rets: none}",
        file="letter.yaml",
    ),
    "D504": Example(
        why="Without it the effect does not know what to do.",
        mend="Add it.",
        right="{kind: plan, words: wish}",
        wrong="{kind: plan}",
    ),
    "D505": Example(
        why="The effect knows only certain values, or a value of another type.",
        mend="Use one that the finding lists.",
        right="{kind: plan, words: wish}",
        wrong="{kind: plans, words: wish}",
    ),
    "D506": Example(
        why="The effect takes what a person said, so a variable must stand here.",
        mend="Write the name of a variable.",
        right="{kind: plan, words: wish}",
        wrong="{kind: plan, words: 3}",
    ),
    "D507": Example(
        why="The buttons are made from a fixed list, and there is none of this name.",
        mend="Use one that the finding lists.",
        right="list: {of: countries,",
        wrong="list: {of: contries,",
    ),
    "D508": Example(
        why="A need is a fact that is true or false, such as `paired`.",
        mend="Remove it, or correct the spelling.",
        right="needs: [paired]\n",
        wrong="needs: [paired, married]\n",
        file="letter.yaml",
    ),
    "D509": Example(
        why="When the checker refuses an answer, it says why, and this reason has no words yet.",
        mend="Add the message to `_interrupts.yaml`, or write `retry`.",
        right="  words_empty: |\n    Please type a few words, or tap a button.\n",
        wrong="",
        file="_interrupts.yaml",
    ),
    "D510": Example(
        why="The engine says this at some moment, and would have nothing to say.",
        mend="Add the message.",
        right="  moved_on: This question has moved on.\n",
        wrong="",
        file="_interrupts.yaml",
    ),
    "D511": Example(
        why="Help and dangers open at any moment, and this one would lead into nothing.",
        mend="Correct the id.",
        right="help_dialog: help\n",
        wrong="help_dialog: hlep\n",
        file="_interrupts.yaml",
    ),
    "D512": Example(
        why="No rule ever finds this kind, so its dialog would never open.",
        mend="Use the names that the finding lists.",
        right="  self_harm: danger_self_harm\n",
        wrong="  self_harm: danger_self_harm\n  bad_weather: danger_self_harm\n",
        file="_interrupts.yaml",
    ),
    "D513": Example(
        why="It may open for anybody at any moment, so it can wait for nothing.",
        mend="Remove `needs` and `given`.",
        right="start: only\n",
        wrong="needs: [paired]\nstart: only\n",
        file="help.yaml",
    ),
    "D514": Example(
        why="On top of any dialog there must be room for help, and on top of that for a danger.",
        mend="Call fewer dialogs inside one another.",
        right="<ten dialogs, each calling the next>",
        wrong="<eleven>",
    ),
    "D515": Example(
        why="Nothing says a message of this id, so it is a leftover or misspelt.",
        mend="Correct the id, or remove the message.",
        right="  nothing_open: |\n",
        wrong="  words_too_long: Shorter, please.\n  nothing_open: |\n",
        file="_interrupts.yaml",
    ),
}
