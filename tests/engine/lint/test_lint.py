import pytest

ASK = "    ask:\n      buttons:\n        ok:\n          text: Ok\n          go: later\n"
MANY = "".join(f"        b{i}:\n          text: B{i}\n          go: zone\n" for i in range(9))

# what is wrong: (the words taken away, what stands there instead, code, words on the line of the finding)
PLANTED = {
    "an unknown target": ("go: zone\n        upset", "go: zoen\n        upset", "D301", "go: zoen"),
    "an unknown start": ("start: mood", "start: moood", "D301", "start: moood"),
    "an unknown branch": ("      - {to: review}\n  soften", "      - {to: revue}\n  soften", "D301", "{to: revue}"),
    "an unknown expiry": ("7d, go: later", "7d, go: latr", "D301", "go: latr"),
    "an unknown timeout": ("20m, go: later", "20m, go: latr", "D301", "go: latr"),
    "an unreachable node": ("  sent:\n", "  alone:\n    end: done\n  sent:\n", "D302", "  alone:"),
    "no way to an end": ("          go: zone\n  zone:", "          go: wait\n  zone:", "D303", "  wait:"),
    "a circle without a question": (
        "  weigh:\n    go:\n",
        "  weigh:\n    go:\n      - {if: left > 3, to: weigh}\n",
        "D305",
        "{if: left > 3, to: weigh}",
    ),
    "a circle of timeouts": ("20m, go: later", "20m, go: mood", "D306", "timeout:"),
    "two ways out": ("      How are you?\n", "      How are you?\n    end: done\n", "D307", "end: done"),
    "no way out": ("    end: later\n", "", "D307", "      Kept."),
    "a call that ends": (
        'strict: true}}\n    go:\n      - {if: result == "again", to: write}\n      - {to: review}\n',
        "strict: true}}\n    end: done\n",
        "D308",
        "call:",
    ),
    "an unknown sub-dialog": ("dialog: check,", "dialog: chekc,", "D309", "chekc"),
    "an expiry that asks": ("7d, go: later", "7d, go: review", "D312", "expire:"),
    "a timeout after the expiry": ("after: 20m", "after: 9d", "D313", "timeout:"),
    "too many buttons": ("        ready:\n", MANY + "        ready:\n", "D314", "      buttons:\n        b0"),
    "a long label": ("text: Ready", "text: Ready, willing and able to go on now", "D315", "Ready, willing"),
    "a long list entry": ("of: zones", "of: long", "D316", "of: long"),
    "a question without answers": (
        "    ask:\n      list: {of: zones, save: zone, go: age}\n",
        "    ask:\n      timeout: {after: 1h, go: age}\n",
        "D317",
        "    ask:\n      timeout: {after: 1h",
    ),
    "two kinds of answers": (
        "list: {of: zones, save: zone, go: age}",
        "list: {of: zones, save: zone, go: age}\n      text: {save: zone, check: words, go: age}",
        "D318",
        "list: {of",
    ),
    "a save without buttons": (
        "list: {of: zones",
        "save: mood\n      list: {of: zones",
        "D319",
        "save: mood\n      list",
    ),
    "a question without words": ("    say: |\n      Wait.\n", "", "D320", "    ask:\n      buttons:\n        ready"),
    "two buttons of one name": ("text: Upset", "text: Upset\n          also: [CALM]", "D323", "        upset:"),
    "an unknown name in a condition": ('mood == "upset"', 'moood == "upset"', "D401", "moood"),
    "an unknown name in `when`": ("when: draft.parts", "when: draft.pages", "D401", "draft.pages"),
    "an unknown variable of an effect": ("keep: {letter: draft}", "keep: {letter: drft}", "D401", "drft"),
    "an unknown variable to show": ("show: draft", "show: drft", "D401", "drft"),
    "a name set on one path only": (
        "          go: zone\n        upset",
        "          go: write\n        upset",
        "D402",
        "    say: |\n      Write",
    ),
    "a name not set after giving up": ("give_up: later", "give_up: weigh", "D402", "draft.heat >= 3"),
    "a text compared with a number": ('mood == "upset"', "mood == 3", "D403", "mood == 3"),
    "a text ordered": ("age > 17", 'mood > "calm"', "D403", 'mood > "calm"'),
    "a letter compared": ("age > 17", 'draft == "calm"', "D403", 'draft == "calm"'),
    "a value outside the choice": ('mood == "upset"', 'mood == "angry"', "D404", "angry"),
    "a result that never comes": ('result == "again"', 'result == "agian"', "D404", "agian"),
    "a number as a condition": ("age > 17", "age", "D405", "and age,"),
    "a dead branch": ("draft.heat >= 3 and", "draft.heat >= 3 and draft.heat < 2 and", "D406", "draft.heat < 2"),
    "a branch after the same one": (
        "  weigh:\n    go:\n",
        '  weigh:\n    go:\n      - {if: name.kind == "long", to: soften}\n',
        "D406",
        '      - {if: name.kind == "long", to: soften}\n      - {to',
    ),
    "a conditional last branch": (
        "      - {to: review}\n  review",
        '      - {if: mood == "calm", to: review}\n  review',
        "D407",
        'mood == "calm", to: review',
    ),
    "a branch after the unconditional": (
        "  weigh:\n    go:\n",
        "  weigh:\n    go:\n      - {to: review}\n",
        "D408",
        "- {to: review}",
    ),
    "a button that never shows": (
        "when: draft.parts > 0",
        "when: draft.parts > 0 and draft.parts < 0",
        "D409",
        "when:",
    ),
    "an unknown next node": ("    end: done\n  later", "    go: latr\n  later", "D301", "go: latr"),
    "words saved into nothing": ("save: age, check", "save: ag, check", "D410", "save: ag,"),
    "an entry saved into nothing": ("save: zone, go", "save: zon, go", "D410", "save: zon,"),
    "a letter that is not there": ("into: draft", "into: drft", "D410", "into: drft"),
    "an unknown variable for a sub-dialog": ("strict: true", "strict: {var: strct}", "D401", "strct"),
    "a letter for a text": ("- note: {words: {var: mood}}", "- tell: {words: draft}", "D505", "words: draft"),
    "words that are no variable": ("- note: {words: {var: mood}}", "- tell: {words: 3}", "D506", "words: 3"),
    "a constant as a condition": ("age > 17", "3", "D405", "and 3,"),
    "a plural by a text": (
        "    say: |\n      Wait.\n",
        "    say:\n      count: mood\n      one: |\n        One.\n      other: |\n        More.\n",
        "D418",
        "count: mood",
    ),
    "a branch for no value": (
        "draft.heat >= 3 and",
        'mood != "calm" and (mood == "calm" or not mood == "upset") and',
        "D406",
        'mood != "calm"',
    ),
    "a branch below `true`": (
        "  weigh:\n    go:\n",
        "  weigh:\n    go:\n      - {if: not false, to: review}\n",
        "D406",
        "      - {if: draft",
    ),
    "a save into nothing": ("save: mood", "save: mod", "D410", "save: mod"),
    "a tap in a number": ("save: mood", "save: age", "D411", "save: age"),
    "a tap outside the choice": ("of: [calm, upset]", "of: [calm, sad]", "D411", "        upset:"),
    "words in a number": ("save: age, check: whole", "save: age, check: words", "D411", "check: words"),
    "an entry in a number": ("save: zone, go: age", "save: age, go: age", "D411", "list: {of"),
    "parts in a text": ("into: draft", "into: zone", "D411", "into: zone"),
    "an unused variable": ("vars:\n", "vars:\n  spare: {type: flag}\n", "D412", "spare"),
    "a variable called as a fact": ("vars:\n", "vars:\n  left: {type: number}\n", "D413", "  left:"),
    "a choice without values": ("  age: {type: number}", "  age: {type: number, of: [one]}", "D414", "  age:"),
    "a value twice": ("of: [calm, upset]", "of: [calm, upset, calm]", "D414", "  mood: {"),
    "a fact without its need": ("needs: [paired]\n", "", "D415", "    say: |\n      Write"),
    "an unknown parameter": ("strict: true", "strong: true", "D416", "strong: true"),
    "a parameter of a wrong type": ("strict: true", "strict: 3", "D416", "strict: 3"),
    "a missing parameter": ("draft: draft, ", "", "D417", "call:"),
    "a tap saved as words": ("save: mood", "save: zone", "D419", "save: zone"),
    "words of a tap that nothing keeps": (
        "text: Upset",
        "text: Upset\n          saves: upset",
        "D411",
        "saves: upset",
    ),
    "a tap without the words that are read": (
        "      list: {of: zones, save: zone, go: age}\n",
        (
            "      save: zone\n      buttons:\n        here:\n          text: Here\n          saves: here\n"
            "          go: age\n"
            "        away:\n          text: Away\n          go: age\n"
        ),
        "D421",
        "          go: age\n  age:",
    ),
    "a name in what a tap saves": (
        "      list: {of: zones, save: zone, go: age}\n",
        (
            "      save: zone\n      buttons:\n        here:\n          text: Here\n          saves: at {left}\n"
            "          go: age\n"
        ),
        "D611",
        "saves: at",
    ),
    "entries named by nothing": ("{of: zones, ", "{of: zones, only: nobody, ", "D401", "of: zones"),
    "entries named by a number": ("{of: zones, ", "{of: zones, only: left, ", "D411", "of: zones"),
    "an unknown checker": ("check: whole", "check: hole", "D501", "check: hole"),
    "an unknown effect": ("- keep:", "- keeep:", "D502", "keeep"),
    "an unknown argument": ("rest: none", "rst: none", "D503", "rst"),
    "a missing argument": ("- keep: {letter: draft}", "- keep", "D504", "- keep"),
    "a constant outside the choice": ("rest: none", "rest: week", "D505", "week"),
    "a text for a letter": ("- keep: {letter: draft}", "- keep: {letter: zone}", "D505", "letter: zone"),
    "a constant for a variable": ("- keep: {letter: draft}", "- keep: {letter: 3}", "D506", "letter: 3"),
    "a text for a number": ("- note: {words: {var: mood}}", "- pause: {days: seven}", "D505", "seven"),
    "a number for a flag": ("- note: {words: {var: mood}}", "- mute: {on: 1}", "D505", "on: 1"),
    "an unknown list": ("of: zones", "of: zoens", "D507", "zoens"),
    "an unknown need": ("needs: [paired]", "needs: [paired, married]", "D508", "needs:"),
    "a refusal without words": (
        "        retry: |\n          Again, please.\n",
        "",
        "D509",
        "      text:\n        save: name",
    ),
    "an unknown name in a text": ("{name} in", "{nme} in", "D606", "    say: |\n      Write"),
    "a message too long": ("      On its way.", "      " + "long " * 900, "D607", "    say: |\n      long"),
    "a message that could be too long": (
        "{name} in {zone}",
        "{name} in {name.kind} {zone} " + "x" * 300,
        "D608",
        "    say: |\n      Write",
    ),
    "a long message": ("      On its way.", "      " + "long " * 150, "D609", "    say: |\n      long"),
    "a stored value in a text": ("Write, {name}", "Write, {mood}", "D610", "    say: |\n      Write"),
    "a name in a label": ("text: Ready", "text: Ready {left}", "D611", "Ready {left}"),
    "a letter in a sentence": ("Write, {name}", "Write, {draft}", "D612", "    say: |\n      Write"),
    "too many messages": (
        "      On its way.\n    end: done\n",
        "      On its way.\n    go: two\n"
        + "".join(f"  {a}:\n    say: |\n      M.\n    go: {b}\n" for a, b in (("two", "three"), ("three", "later"))),
        "D322",
        "  sent:",
    ),
    "a disclosure without consent": ("          consent: draft\n", "", "D701", "- seal:"),
    "a way round the consent": ('result == "again", to: write', 'result == "again", to: sent', "D701", "- seal:"),
    "a letter that may change after the consent": (
        "          go: sent\n          consent: draft",
        "          go: when\n          consent: draft",
        "D701",
        "- seal:",
    ),
    "words disclosed that are not private": (
        "- note: {words: {var: mood}}",
        "- tell: {words: name}",
        "D702",
        "- tell:",
    ),
    "consent to what is not private": ("consent: draft", "consent: name", "D703", "consent: name"),
    "consent without seeing it": ("    show: draft\n", "", "D704", "consent: draft"),
    "consent while it changes": (
        "          text: Done\n",
        "          text: Done\n          consent: draft\n",
        "D705",
        "          consent: draft\n          when",
    ),
    "a send by the clock": (
        "      timeout: {after: 20m, go: later}",
        "      timeout: {after: 20m, go: sent}",
        "D706",
        "timeout:",
    ),
    "a hidden Stop": ("start: mood", "exits: false\nstart: mood", "D709", "    ask:\n      list: {of"),
    "a synonym of Stop": ("text: Ready", "text: Ready\n          also: [STOP]", "D710", "also: [STOP]"),
    "a label that means Back": ("text: Ready", "text: Back", "D710", "text: Back"),
}
EXTRA = {
    "a letter that may change after the consent": (
        "  sent:\n",
        "  when:\n    say: |\n      When?\n" + ASK.replace("later", "sent") + "  sent:\n",
    ),
}


def line_of(text, words):
    """The line on which these words begin; a key before them is left out."""
    at = text.index(words)
    return text.count("\n", 0, at + len(words) - len(words.lstrip("\n"))) + 1


def test_a_dialog_without_a_fault_gives_no_finding(lint_letter):
    found = [one for one in lint_letter() if one.severity == "error"]
    assert found == []


def test_only_long_answers_are_warned_of_in_it(lint_letter):
    assert [one.code for one in lint_letter()] == ["D608"]


@pytest.mark.parametrize(("old", "new", "code", "words"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found_where_it_stands(request, lint_letter, letter, old, new, code, words):
    assert old in letter
    text = letter.replace(old, new, 1)
    name = request.node.callspec.id
    if name in EXTRA:
        text = text.replace(*EXTRA[name], 1)
    found = [(one.code, one.line) for one in lint_letter(text) if one.file == "letter.yaml"]
    assert (code, line_of(text, words)) in found


HARMLESS = {
    "another wording": ("How are you?", "How are you today?"),
    "another order of keys": (
        "start: mood\nexpire: {after: 7d, go: later}",
        "expire: {after: 7d, go: later}\nstart: mood",
    ),
    "a comment": ("nodes:\n", "nodes:  # from here on\n"),
    "a synonym": ("text: Ready", "text: Ready\n          also: [go on, yes]"),
    "another branch": ("  weigh:\n    go:\n", "  weigh:\n    go:\n      - {if: left == 0, to: review}\n"),
    "a text compared": ("age > 17", 'age > 17 and zone == "utc"'),
    "two numbers compared": ("age > 17", "age == left"),
    "a doubtful way among sure ones": ("age > 17", '(age > left or mood == "calm")'),
    "more values than can be tried": (
        "age > 17",
        " and ".join(f"({n} > 9 or {n} < 5 or {n} == 7 or {n} == 1)" for n in ("age", "left", "draft.parts")),
    ),
    "buttons that take turns": (
        "        later:\n          text: Later\n",
        (
            "        none:\n          text: Done\n          when: draft.parts == 0\n          go: later\n"
            "        later:\n          text: Later\n"
        ),
    ),
    "variants": ("    say: |\n      Wait.\n", "    say:\n      - |\n        Wait.\n      - |\n        Rest.\n"),
    "a plural": (
        "    say: |\n      Wait.\n",
        "    say:\n      count: left\n      one: |\n        One.\n      other: |\n        {left}.\n",
    ),
    "a timeout": (
        "          text: Ready\n          go: zone\n",
        "          text: Ready\n          go: zone\n      timeout: {after: 2h, go: zone}\n",
    ),
    "a flag of the letter": ("when: draft.parts > 0", "when: draft.parts > 0 and not draft.angry"),
    "a moved node": ("start: mood", "moved: {old: mood}\nstart: mood"),
}


@pytest.mark.parametrize(("old", "new"), HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_edit_gives_no_finding(lint_letter, letter, old, new):
    assert old in letter
    assert [one.code for one in lint_letter(letter.replace(old, new, 1))] == ["D608"]
