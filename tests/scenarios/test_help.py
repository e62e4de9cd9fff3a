"""Help from anywhere, numbers by country, and what happens when somebody types that they are in danger."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import begins_alone, opens_a_blank_page

pytestmark = pytest.mark.xdist_group("chats")

Couple = tuple[Phone, Phone]

DANGERS = {
    "I want to kill myself": "I am glad that you wrote it",
    "My husband hits me and I am afraid of him": "That sounds frightening",
    "I am going to hit her tonight": "It is good that you say it here",
    "He beats our little son": "The child's safety comes first",
    "She is not breathing": "That sounds urgent",
}


def in_a_sentence(phone: Phone) -> str:
    phone.says("/practise")
    phone.sees("easier to hear without blame")
    phone.taps("Guide me")
    phone.sees("Only what a camera would have seen")
    return "What did you feel?"


def in_a_check_up(phone: Phone) -> str:
    phone.says("/checkup")
    phone.sees("what still works?")
    return "How often is this true for the two of you?"


def in_a_free_sentence(phone: Phone) -> str:
    phone.says("/practise")
    phone.sees("easier to hear without blame")
    phone.taps("I type it myself")
    phone.sees("Type it as you would say it to them")
    return ""


@pytest.mark.parametrize("where", [in_a_sentence, in_a_check_up, in_a_free_sentence])
def test_danger_in_free_text_interrupts_with_a_fixed_reply_and_not_this_goes_on(
    ana: Phone, where: Callable[[Phone], str]
) -> None:
    begins_alone(ana)
    for words, reply in DANGERS.items():
        onward = where(ana)
        ana.says(words)
        ana.sees(reply)
        numbers = ana.sees("Nothing was saved")
        assert "Your partner is not told" in numbers["text"]
        assert words not in numbers["text"]
        ana.taps("That is not what I meant")
        ana.sees("All right, thank you for telling me")
        if onward:
            ana.sees(onward)


def test_danger_outside_of_any_dialog_is_answered_as_well(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    ana.says("I want to kill myself")
    ana.sees("I am glad that you wrote it")
    ana.taps("Stop for now")
    ana.sees("I bring nothing today")
    ana.says("/menu")
    ana.sees("These are quiet days: I ask nothing of you.")


def test_danger_in_a_letter_does_not_get_into_the_letter(couple: Couple) -> None:
    ana, ben = couple
    opens_a_blank_page(ana)
    ana.says("We need to talk.")
    ana.sees("1 part")
    ana.says("I will kill you if you leave me")
    ana.sees("It is good that you say it here")
    ana.taps("That is not what I meant")
    ana.sees("These words read as a threat")
    ana.says("/stop")
    ana.sees("we stop here")
    ana.says("/letters")
    shelf = ana.sees("Your letters:")
    ana.presses(shelf["id"], buttons(shelf)[0]["data"])
    ana.sees("This is your draft so far")
    assert not any("kill you" in m["text"] for m in ana.from_bot() + ben.from_bot())


def test_danger_from_a_newcomer_is_answered_before_any_notice(ana: Phone) -> None:
    ana.starts()
    ana.sees("Think of one thing")
    ana.says("My husband hits me and I am afraid of him")
    ana.sees("That sounds frightening")


def test_help_is_two_taps_away_from_every_step_and_leads_back(ana: Phone) -> None:
    """The menu button and /help in it; here along the first minute, a check-up and a sentence."""
    ana.starts()
    for question, answer in FIRST_MINUTE:
        helps_at(ana, question)
        answer(ana)
    ana.sees("That is all I need")
    ana.taps("On my own for now")
    helps_at(ana, "What would you like to begin with?")
    ana.taps("How we are doing")
    helps_at(ana, "what still works?")
    ana.taps("We laugh")
    for number in range(1, 11):
        helps_at(ana, f"{number} of 10")
        ana.taps("Rarely" if number < 10 else "No")
    helps_at(ana, "Nothing stands out far above the rest")


def helps_at(phone: Phone, question: str) -> None:
    phone.sees(question)
    phone.says("/help")
    phone.sees("What do you need?")
    phone.taps("Back to where I was")
    phone.sees(question)


FIRST_MINUTE: tuple[tuple[str, Callable[[Phone], object]], ...] = (
    ("Think of one thing", lambda phone: phone.taps("Got one")),
    ("Tell them today", lambda phone: phone.taps("I will")),
    ("This is not therapy", lambda phone: phone.taps("Yes, and I am 18 or over")),
    ("Three quiet questions", lambda phone: phone.taps("All is fine")),
    ("Shall I call you Ana?", lambda phone: phone.taps("Another name")),
    ("What shall I call you?", lambda phone: phone.says("Ana")),
    ("Where do you live?", lambda phone: phone.taps("Europe")),
    ("Which place has the same time as you?", lambda phone: phone.taps("Kyiv")),
    ("I bring one small thing a day", lambda phone: phone.taps("9:00")),
)


def test_the_command_list_holds_help_and_the_way_out(evening: Stage) -> None:
    commands = [one["command"] for one in evening.control.get("/control/state")["bots"][0]["commands"]]
    assert {"help", "bye", "privacy", "stop", "pause", "letters", "settings"} <= set(commands)


def test_a_country_brings_its_own_numbers(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/help")
    ana.sees("112 in the EU")
    ana.sees("What do you need?")
    ana.taps("Afraid of my partner")
    ana.sees("People who know about this")
    ana.taps("Choose my country")
    ana.sees("Which country are you in?")
    ana.taps("Germany")
    ana.sees("Thank you. I have it")
    ana.taps("Go on")
    lines = ana.sees("People who know about this")["text"]
    assert "116 016" in lines
    ana.taps("Back to where I was")
    ana.says("/help")
    ana.sees("call 112")


def test_a_country_without_checked_numbers_gets_the_international_page(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/help")
    ana.taps("I could hurt someone")
    ana.taps("Choose my country")
    ana.sees("Which country are you in?")
    ana.taps("All countries")
    ana.taps("Another country")
    ana.sees("https://findahelpline.com")


def test_wanting_to_hurt_oneself_brings_crisis_lines(ana: Phone) -> None:
    begins_alone(ana)
    ana.says("/settings")
    ana.taps("Name and place")
    ana.taps("Country for help")
    ana.sees("Which country are you in?")
    ana.says("United States")
    ana.taps("Go on")
    ana.says("/help")
    ana.taps("I want to hurt myself")
    assert "988" in ana.sees("I am sorry that it hurts this much")["text"]


def test_whoever_is_afraid_at_the_entry_card_is_not_pushed_to_invite(ana: Phone) -> None:
    ana.starts()
    ana.taps("Got one")
    ana.taps("I will")
    ana.taps("Yes, and I am 18 or over")
    ana.sees("Three quiet questions")
    ana.taps("I am afraid, or not safe")
    ana.sees("People who know about this")
    ana.taps("What else to know")
    ana.sees("Settings > Devices you can end sessions")
    ana.taps("Go on")
    ana.sees("You can use this on your own")
    ana.says("/menu")
    labels = [button["text"] for button in buttons(ana.sees("What would you like to do?"))]
    assert "Invite my partner" not in labels
    assert "Write a letter" not in labels


def test_help_privacy_and_the_way_out_are_there_before_any_consent(ana: Phone) -> None:
    ana.starts()
    ana.sees("Think of one thing")
    ana.says("/help")
    ana.sees("What do you need?")
    ana.says("/privacy")
    ana.sees("Your words are stored encrypted")
    ana.says("/bye")
    ana.sees("Close this chat?")
    ana.taps("Close")
    ana.sees("Goodbye, and take care")
