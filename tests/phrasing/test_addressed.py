"""What a letter says of others, of its writer, fondly, of both or to take it back accuses nobody; its twin does."""

import pytest

from bot.phrasing import Lexicon, marks

PAIRS = [
    ("You always know when to leave the light on.", "You always know better than me."),
    ("You never laughed at me.", "You never laughed with me."),
    ("You were always the one who had the words.", "You were always too busy for me."),
    ("I always say I'll stop and I never do.", "I always come last."),
    ("Everything is closed on Sunday.", "Everything is more important to you than me."),
    ("The kids never listen to me.", "You never listen to me."),
    ("I love that you never hold a grudge.", "I love how you always ruin my plans."),
    ("I thought you were selfish, and I was wrong.", "You were selfish, and I was alone."),
    ("Every time I wanted to give up, you put the kettle on.", "Every time I want to talk, you walk away."),
    ("You don't owe me cheerfulness every minute.", "You complain every minute."),
    ("You must be asleep already.", "You must be so proud of yourself."),
    ("You lied to protect me.", "You lied to me."),
    ("You got scared and so did I.", "You got scared because you are a coward."),
    ("You could never be useless.", "You are useless."),
    ("None of it was your fault.", "It was your fault."),
    ("Our daughter is very clever, and I am proud.", "Oh, very clever, and I am the fool."),
    ("He lied to me for years, and you never did.", "You lied to me for years, and you never cared."),
    ("You always find something nice to say.", "You always find something to grumble about."),
    ("The farm never paid for your books.", "You never paid for my books."),
    ("You gave up your job for me.", "You gave up on me."),
    ("You made me a list of songs.", "You made me a laughing stock."),
    ("I'm sorry for being such a drama queen.", "Sorry, your majesty, drama queen."),
    ("Either we go to the lake or we stay home, both is fine.", "Either you call him or I leave."),
    ("You can say no and I won't be mad.", "Say no and I will leave."),
]


@pytest.mark.parametrize(("kind", "unkind"), PAIRS)
def test_a_kind_sentence_is_left_alone_and_its_unkind_twin_is_marked(kind: str, unkind: str, rules: Lexicon) -> None:
    assert not marks(kind, rules)[0].flags
    assert marks(unkind, rules)[0].flags


def test_the_second_opinion_leaves_nearly_all_of_them_as_they_are(lexicon: Lexicon) -> None:
    kind = [text for text, _ in PAIRS if not marks(text, lexicon)[0].flags]
    unkind = [text for _, text in PAIRS if marks(text, lexicon)[0].flags]
    assert min(len(kind), len(unkind)) >= len(PAIRS) - 1


def test_were_after_its_subject_is_no_we_are(lexicon: Lexicon) -> None:
    shown = lexicon.read("you were always kind", quotes=False).line
    assert shown == " . you were always kind . "
    assert lexicon.read("were always late", quotes=False).line == " . we are always late . "
