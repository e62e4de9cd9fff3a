"""I-statements: verdicts, what is pointed at, what is praised, and other ways to put it."""

import pytest

from bot.phrasing import Assessment, Lexicon, assess, assess_part, helpful


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I feel sad when you come home late without a message", "i_statement"),
        ("i feel lonely and id love a walk with you on sunday", "i_statement"),
        ("I feel that you don't love me", "disguised_you"),
        ("I feel attacked", "disguised_you"),
        ("You never listen", "you_statement"),
        ("ur so selfish", "you_statement"),
        ("I'm sad.", "incomplete"),
        ("you came home at 11", "incomplete"),
        ("what's the weather like", "off_topic"),
        ("👍", "off_topic"),
        ("", "off_topic"),
    ],
)
def test_each_verdict_has_its_plain_example(text: str, verdict: str, lexicon: Lexicon) -> None:
    assert assess(text, lexicon).verdict == verdict


def test_an_off_topic_message_has_no_flags_and_no_findings(lexicon: Lexicon) -> None:
    assert assess("My boss is such an idiot", lexicon) == Assessment("off_topic", frozenset(), (), ())


def test_what_is_there_is_named(lexicon: Lexicon) -> None:
    good = assess("I feel sad when you leave without a word. I know you are tired. Could we say goodnight?", lexicon)
    assert set(good.strengths) == {"feeling", "situation", "need", "no_blame", "sees_partner"}
    assert good.findings == ()


def test_the_frame_comes_before_what_colours_it(lexicon: Lexicon) -> None:
    flags = [finding.flag for finding in assess("I feel like you never care about me", lexicon).findings]
    assert flags[0] == "disguised_you"


@pytest.mark.parametrize(
    ("text", "flag", "rewrite"),
    [
        ("You always leave the door open", "absolute", "When you leave the door open, I feel ..."),
        ("You never text back", "absolute", "When you don't text back, I feel ..."),
        ("I feel ignored when you read at dinner", "faux_feeling", "When you read at dinner, I feel ..."),
        ("You don't love me", "mind_reading", "I tell myself that you don't love me. Is that so?"),
        ("You have to call me tonight", "demand", "I would like you to call me tonight."),
        ("You make me so sad", "blame", "I feel so sad when ..."),
        ("You are an idiot", "label_or_insult", None),
        ("You never help", "absolute", None),
        ("You never even ask how she is", "blame", "When you don't ask how she is, I feel ..."),
        (
            "You always leave the door and the windows open",
            "blame",
            "When you leave the door and the windows open, I feel ...",
        ),
        ("When you read at dinner I feel ignored", "faux_feeling", "When you read at dinner, I feel ..."),
        ("I feel betrayed because you told your sister", "faux_feeling", "When you told your sister, I felt ..."),
        ("I feel that you are mean when you shout at me", "disguised_you", "When you shout at me, I feel ..."),
        ("You spent 300 without asking me", "blame", "When you spent 300 without asking me, I felt ..."),
        ("You promised to call the plumber and you didn't", "blame", None),
        ("You obviously think I am a joke", "mind_reading", "I tell myself that you think I am a joke. Is that so?"),
        ("You have to choose between me and your friends", "demand", None),
        ("If you loved me you would have remembered", "mind_reading", None),
        # the whole claim or none: what would be cut off may be its point
        (
            "You only apologise because you want sex",
            "mind_reading",
            "I tell myself that you only apologise because you want sex. Is that so?",
        ),
        ("You knew I was ill and you still went out", "mind_reading", None),
        ("It suits you when I fail", "mind_reading", None),
        # an order is no guess, and may become a wish
        ("It feels like you should be the one who moves", "disguised_you", None),
        ("I feel like you ought to quit that band", "disguised_you", "I would like you to quit that band."),
        # the moment keeps its time, and its grammar
        ("I felt mocked when you did my accent", "faux_feeling", "When you did my accent, I felt ..."),
        (
            "when they planned the trip without me i felt excluded",
            "faux_feeling",
            "When they planned the trip without me, I felt ...",
        ),
        ("I feel that you are bossy when it comes to money", "disguised_you", None),
        ("you made me cry at my birthday", "blame", None),
        ("You used my trust like a doormat", "blame", None),
        # what would be argued about is not said again, and no form of a verb is bent
        ("I feel ignored when you never listen to me", "faux_feeling", None),
        (
            "I feel ignored when you always look at your phone",
            "faux_feeling",
            "When you look at your phone, I feel ...",
        ),
        ("I feel rejected when you never kiss me", "faux_feeling", "When you don't kiss me, I feel ..."),
        ("I feel you always choose the dog", "disguised_you", "I tell myself that you choose the dog. Is that so?"),
        (
            "I feel like you don't always love me",
            "disguised_you",
            "I tell myself that you don't always love me. Is that so?",
        ),
        ("You never kissed me goodbye", "blame", None),
        ("You always shouted at my son", "blame", "When you shouted at my son, I felt ..."),
        # nor the opposite of what was meant, nor half of it
        ("I don't feel like you love me", "disguised_you", None),
        ("You have to tell me when you are late", "demand", "I would like you to tell me when you are late."),
        ("You must call me or I leave", "demand", "I would like you to call me."),
        ("I feel judged by your mother when she visits", "faux_feeling", None),
        ("You made me feel alone when my dad died", "blame", "I felt alone when ..."),
        ("You should text me when you act like an idiot", "demand", None),
        (
            "When you walk away while I'm talking I feel disrespected",
            "faux_feeling",
            "When you walk away while I'm talking, I feel ...",
        ),
        # a feeling keeps its time and its moment
        ("You made me so sad", "blame", "I felt so sad when ..."),
        ("You make me angry when you leave the lights on", "blame", "I feel angry when you leave the lights on."),
        (
            "You made me feel like an idiot when you corrected my English",
            "blame",
            "I felt like an idiot when you corrected my English.",
        ),
        ("You make me angry when you act like an idiot", "blame", "I feel angry when ..."),
        ("You make me angry when you never cook", "blame", "I feel angry when ..."),
    ],
)
def test_a_rewrite_keeps_the_words_or_there_is_none(
    text: str, flag: str, rewrite: str | None, lexicon: Lexicon
) -> None:
    found = {finding.flag: finding.rewrite for finding in assess(text, lexicon).findings}
    assert found[flag] == rewrite


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("I feel like you don't love me", ["disguised_you"]),  # one rewrite mends both
        ("You never text back", ["blame"]),  # "never" stands in the words already named
        ("You are an idiot and you must call me", ["label_or_insult", "demand"]),
        (
            "You're a selfish idiot. You never text. You don't love me. You have to call.",
            ["label_or_insult", "mind_reading"],
        ),
        ("You always have to be right", ["blame"]),  # no order
        ("You should always ask me", ["demand"]),
        ("When you shouted at the kids I got scared", []),  # a moment beside a feeling accuses nobody
    ],
)
def test_no_more_than_two_findings_and_none_twice(text: str, flags: list[str], lexicon: Lexicon) -> None:
    assert [finding.flag for finding in helpful(assess(text, lexicon).findings)] == flags


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I felt lonely when you played until midnight", "i_statement"),
        ("If you go out on friday I'm done with you", "you_statement"),
        ("You drive like a maniac", "you_statement"),
        ("You should be ashamed of yourself", "you_statement"),
        ("Sometimes I think you'd be happier without me", "disguised_you"),
        ("I love you but I can't go on like this", "incomplete"),
        ("You said you would do the washing up and it is still there", "incomplete"),
        ("When you shouted at the kids I got scared", "i_statement"),
        ("You can't even boil an egg", "you_statement"),
        ("If you loved me you would have remembered", "you_statement"),
    ],
)
def test_what_was_once_read_wrongly(text: str, verdict: str, lexicon: Lexicon) -> None:
    assert assess(text, lexicon).verdict == verdict


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I need you to stop being such a child about money", ["I need you to stop being such a child about money"]),
        ("i feel attacked everytime u open ur mouth", ["i feel attacked", "everytime"]),
        ("Every time I talk you look away", ["Every time I talk"]),
        ("When you walk away while I'm talking I feel disrespected", ["I feel disrespected"]),
        ("I feel unloved when you turn away", ["I feel unloved"]),
        ("You make me feel bad, you idiot", ["you idiot", "You make me feel bad"]),
        # a mocking opener is quoted with what it mocks
        ("Oh great, you forgot the milk again", ["Oh great, you forgot the milk again"]),
        ("Well, congratulations, you missed his birthday.", ["Well, congratulations, you missed his birthday"]),
        ("Oh great. I waited for you again.", ["Oh great"]),
        ("You disgust me, I want to sleep.", ["You disgust me"]),
        # a name that the writer bears is not the other's
        ("You made me feel like an idiot at the party", ["You made me feel like an idiot at the party"]),
        ("I want you to stop treating me like a child", ["I want you to stop treating me like a child"]),
        # the last evening is no last place
        ("I felt lonely last night when you were on the phone", []),
        ("I feel last on your list", ["I feel last on"]),
    ],
)
def test_what_is_quoted_can_be_read_alone(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert [finding.words for finding in helpful(assess(text, lexicon).findings)] == words


def test_quoted_words_are_not_the_writers(lexicon: Lexicon) -> None:
    assert "label_or_insult" not in assess('I was sad when you wrote "you are so lazy" on Sunday', lexicon).flags


def test_the_camera_step_minds_absolutes_and_labels(lexicon: Lexicon) -> None:
    found = {finding.flag for finding in assess_part("situation", "You are always late and lazy", lexicon)}
    assert {"absolute", "label_or_insult"} <= found


def test_the_camera_step_is_content_with_what_a_camera_shows(lexicon: Lexicon) -> None:
    assert assess_part("situation", "You came home at eleven on Tuesday", lexicon) == ()


def test_the_feeling_step_minds_verdicts(lexicon: Lexicon) -> None:
    assert [f.flag for f in assess_part("feeling", "ignored", lexicon)] == ["faux_feeling"]
    assert [f.flag for f in assess_part("feeling", "that you don't care", lexicon)] == ["disguised_you"]
    assert assess_part("feeling", "sad and a bit lonely", lexicon) == ()


def test_the_wish_step_minds_orders_and_wishes_that_only_say_no(lexicon: Lexicon) -> None:
    assert [f.flag for f in assess_part("wish", "You must stop that", lexicon)] == ["demand"]
    assert [f.flag for f in assess_part("wish", "I want you to stop shouting", lexicon)] == ["demand"]
    assert [f.flag for f in assess_part("wish", "that you don't shout", lexicon)] == ["demand"]
    assert assess_part("wish", "a hug when you come home", lexicon) == ()
    assert assess_part("wish", "help me with the dishes twice a week", lexicon) == ()


@pytest.mark.parametrize(
    "wish", ["you to listen", "you to be nicer to me", "more time together", "you to help me more"]
)
def test_the_wish_step_asks_for_something_that_can_be_done(wish: str, lexicon: Lexicon) -> None:
    assert [f.flag for f in assess_part("wish", f"I would like {wish}", lexicon)] == ["vague_wish"]


@pytest.mark.parametrize(
    "wish",
    ["you to listen to me for ten minutes", "you to help me with the dishes", "more time for us on Sundays", "a hug"],
)
def test_a_wish_with_an_act_in_it_is_enough(wish: str, lexicon: Lexicon) -> None:
    assert assess_part("wish", f"I would like {wish}", lexicon) == ()


def test_a_camera_hears_shouting(lexicon: Lexicon) -> None:
    assert assess_part("situation", "When you yelled at me in the car", lexicon) == ()
    assert [f.flag for f in assess_part("situation", "When you always yell at me", lexicon)] == ["blame", "absolute"]


def test_an_unknown_step_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(KeyError):
        assess_part("poem", "x", lexicon)


@pytest.mark.parametrize(
    ("text", "flag", "words"),
    [
        ("She thinks she is too good for my friends", "mind_reading", "She thinks she is too good for my friends"),
        ("I'm upset because you think I am dumb", "mind_reading", "you think I am dumb"),
        ("You must tell your ex to stop calling, end of story", "demand", "You must tell your ex to stop calling"),
        ("You never carry anything upstairs", "blame", "You never carry anything upstairs"),
        ("Thanks to you the car got towed", "blame", "Thanks to you the car got towed"),
        ("We always argue in the car", "absolute", "always"),
    ],
)
def test_what_is_quoted_is_something_that_was_said(text: str, flag: str, words: str, lexicon: Lexicon) -> None:
    found = {finding.flag: finding.words for finding in assess(text, lexicon).findings}
    assert found[flag] == words


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I feel you act like a dictator", "disguised_you"),
        ("I'd like to have dinner with you on saturday", "incomplete"),
        ("I'm angry because you want me to be somebody else", "disguised_you"),
        ("I feel like you never listen", "disguised_you"),  # "like" is no liking, and "never listen" no praise
        (
            "He didn't come because he doesn't want it",
            "you_statement",
        ),  # the first "not" denies nothing after "because"
        ("She leaves her plates everywhere every single day", "you_statement"),
        ("my daughter is nervous about her math test", "off_topic"),
        ("I am so annoyed with the landlord", "off_topic"),
        ("You forgot the cake and I was disappointed", "i_statement"),
        ("I was hurt by the joke about my teeth in the lift", "i_statement"),  # where it was, not what it is about
    ],
)
def test_clauses_are_read_by_who_does_what(text: str, verdict: str, lexicon: Lexicon) -> None:
    assert assess(text, lexicon).verdict == verdict
