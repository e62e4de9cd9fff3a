"""What counts as danger, what only sounds like it, and how loudly it is answered."""

import pytest

from bot.phrasing import Lexicon, danger


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself", "self_harm"),
        ("i want 2 die, pls help", "self_harm"),
        ("he threatens to take my kids away", "fear_of_partner_or_abuse"),
        ("I threatened to kill my wife", "violence_towards_partner"),
        ("My husband hit me again last night", "fear_of_partner_or_abuse"),
        ("im so scared of him when he drinks", "fear_of_partner_or_abuse"),
        ("I slapped my wife", "violence_towards_partner"),
        ("he hits our daughter with a belt", "child_at_risk"),
        ("she's unconscious and not breathing", "medical_or_other_emergency"),
    ],
)
def test_plain_words_are_found(text: str, kind: str, lexicon: Lexicon) -> None:
    found = danger(text, lexicon)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "I could strangle her lol",
        "this job is killing me",
        "he never hit me, we just argue",
        "I'm not suicidal, only tired",
        "In the film she kills herself and we talked all night",
        "I was in an abusive marriage 10 years ago, that's all behind me and I'm happy now",
        "she hit me with the news that we are moving",
        "I'd die for a pizza",
        "",
    ],
)
def test_idioms_denials_jests_stories_and_the_past_are_left_alone(text: str, lexicon: Lexicon) -> None:
    assert danger(text, lexicon) is None


def test_a_first_person_wish_to_die_interrupts(lexicon: Lexicon) -> None:
    found = danger("I am going to kill myself tonight", lexicon)
    assert found is not None
    assert found.tier == "hard"


def test_a_hint_adds_only_one_line(lexicon: Lexicon) -> None:
    found = danger("everyone would be better off without me", lexicon)
    assert found is not None
    assert (found.kind, found.tier) == ("self_harm", "soft")


def test_a_child_goes_before_everything_else(lexicon: Lexicon) -> None:
    found = danger("he hits me and he hits our son", lexicon)
    assert found is not None
    assert found.kind == "child_at_risk"


def test_a_joke_mark_does_not_hide_a_blow(lexicon: Lexicon) -> None:
    found = danger("he punched me in the face lol", lexicon)
    assert found is not None
    assert found.kind == "fear_of_partner_or_abuse"


@pytest.mark.parametrize(
    "text",
    [
        # a first husband, a year long past
        "My first husband broke my arm in 1998, I have had a gentle man for twenty years",
        # an emergency that is over
        "dad had chest pains last week, it turned out to be a trapped nerve",
        "She fainted at the sight of the needle, the nurse gave her juice",
        # a beast, a thing, a teacher of long ago
        "I was kicked by a horse and he laughed",
        "I got hit by a frisbee in the park",
        "I was beaten by my teacher for writing with the left hand",
        # nothing hard in the hand
        "she whacked me with a cushion and we ended up wrestling",
        # a game, sleep, laughter, a play
        "i am terrified of my wife at monopoly",
        "he kicks me in his sleep",
        "she snorted so hard she was gasping for air, tears everywhere",
        "in the play i strangle her every evening, we are actors",
        # a denial, a figure of speech, an accident, a mishap
        "the doctor asked about suicidal thoughts and I could say no",
        "I will shoot myself in the foot if I tell her mum",
        "i was beaten to the punchline again",
        "I'm in danger of becoming my mother",
        "I elbowed my husband in bed by accident, he woke with a yelp",
        "my wife will kill me, I washed her wool jumper at 60",
    ],
)
def test_who_and_what_is_spoken_of_decides_whether_it_interrupts(text: str, lexicon: Lexicon) -> None:
    found = danger(text, lexicon)
    assert found is None or found.tier == "soft"


@pytest.mark.parametrize(
    "text",
    [
        "my first husband hit me and now this one does too",
        "chest pain again, last week it turned out to be a trapped nerve, please help",
        "he beats me when he loses at poker",
        "i hit my husband with the fridge door on purpose",
        "the doctor asked if I am suicidal and I lied no",
        "I'm in danger of being killed",
        "i punched my wife after the quiz, she is bleeding",
        "I was beaten at home last night by my husband",
        "she kicked me out of bed and onto the floor and kept kicking",
    ],
)
def test_what_sounds_like_an_excuse_hides_no_danger(text: str, lexicon: Lexicon) -> None:
    found = danger(text, lexicon)
    assert found is not None
    assert found.tier == "hard"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("he kneeled on my throat because I was late", "fear_of_partner_or_abuse"),
        ("terrified. he knows about the shelter", "fear_of_partner_or_abuse"),
        ("I backhanded my own wife at breakfast", "violence_towards_partner"),
        ("I hid the keys so she can't leave", "violence_towards_partner"),
        ("he ties the kids to the chairs", "child_at_risk"),
        ("the plug is melting and sparking", "medical_or_other_emergency"),
        ("i'm standing on the wrong side of the barrier", "self_harm"),
        ("collected enough insulin", "self_harm"),
    ],
)
def test_an_act_that_is_named_is_heard(text: str, kind: str, lexicon: Lexicon) -> None:
    found = danger(text, lexicon)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "haha he's not breathing",
        "lol my wife is unconscious",
        "haha the kitchen is on fire",
        "i dont know why im laughing haha but she swallowed bleach",
    ],
)
def test_laughter_does_not_hide_an_emergency(text: str, lexicon: Lexicon) -> None:
    found = danger(text, lexicon)
    assert found is not None
    assert found.kind == "medical_or_other_emergency"


@pytest.mark.parametrize(
    "text",
    [
        "i had a heart attack when i saw the bill lol",
        "couldnt breathe from laughing when he slipped haha",
        "call an ambulance, but not for me haha, he lost 6:0",
    ],
)
def test_a_laugh_about_a_trifle_stays_a_laugh(text: str, lexicon: Lexicon) -> None:
    assert danger(text, lexicon) is None


def test_a_denied_joke_is_no_joke(lexicon: Lexicon) -> None:
    assert danger("kms lol", lexicon) is None
    assert danger("kms. not joking this time", lexicon) is not None


def test_the_words_that_said_it_are_pointed_at(lexicon: Lexicon) -> None:
    text = "We had dinner. Then he slapped me. I left."
    found = danger(text, lexicon)
    assert found is not None
    assert "slapped me" in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "he raped me and i have nightmares",
        "he strangled me, he says by accident",
        "he hit me with the umbrella",
        "she hit me with an ironing board",
        "he hits me because i burnt the rice",
    ],
)
def test_what_follows_from_it_or_is_said_of_it_makes_it_no_milder(text: str, lexicon: Lexicon) -> None:
    found = danger(text, lexicon)
    assert found is not None
    assert found.tier == "hard"
