"""Classes of words that the code asks for by name. The words are data of a language; here are only the names. Pure.

What each class is for is said beside its words: grammar.yaml, and the file of the rules that use it too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

Words = frozenset[str]
_NONE: Words = frozenset()


@dataclass(frozen=True)
class Grammar:
    """A field a class, all of them in small letters; a class that the language lacks is empty, and nothing is in it."""

    # grammar.yaml
    first_person_subject: Words = _NONE
    first_person_object: Words = _NONE
    first_person: Words = _NONE
    own_person: Words = _NONE
    second_person_subject: Words = _NONE
    second_person_owner: Words = _NONE
    second_person: Words = _NONE
    third_person: Words = _NONE
    partner_pronoun: Words = _NONE
    couple_pronoun: Words = _NONE
    couple_possessive: Words = _NONE
    person_subject: Words = _NONE
    other_subject_plural: Words = _NONE
    pronoun_subject: Words = _NONE
    clause_subject: Words = _NONE
    bystander: Words = _NONE
    common_ground: Words = _NONE
    sharing_word: Words = _NONE
    article: Words = _NONE
    moment_conjunction: Words = _NONE
    time_conjunction: Words = _NONE
    circumstance_conjunction: Words = _NONE
    cause_conjunction: Words = _NONE
    reason_conjunction: Words = _NONE
    coordinating_conjunction: Words = _NONE
    contrast_conjunction: Words = _NONE
    comparing_word: Words = _NONE
    clause_start: Words = _NONE
    denial_border: Words = _NONE
    clause_border: Words = _NONE
    quotation_border: Words = _NONE
    subject_border: Words = _NONE
    border_before_clause: Words = _NONE
    border_after_clause: Words = _NONE
    border_before_wish: Words = _NONE
    border_after_wish: Words = _NONE
    claim_border: Words = _NONE
    preposition_of_place: Words = _NONE
    preposition_before_object: Words = _NONE
    preposition_of_receiver: Words = _NONE
    negation: Words = _NONE
    never_adverb: Words = _NONE
    denial: Words = _NONE
    auxiliary: Words = _NONE
    beyond_denial: Words = _NONE
    prospective: Words = _NONE
    hypothetical: Words = _NONE
    conditional: Words = _NONE
    in_earnest: Words = _NONE
    denial_rest: Words = _NONE
    always_adverb: Words = _NONE
    ever_adverb: Words = _NONE
    scalar_adverb: Words = _NONE
    certainty_adverb: Words = _NONE
    each_determiner: Words = _NONE
    universal_word: Words = _NONE
    extent_word: Words = _NONE
    copula: Words = _NONE
    state_verb: Words = _NONE
    feeling_verb: Words = _NONE
    feeling_verb_past: Words = _NONE
    feeling_verb_after_cause: Words = _NONE
    causing_verb: Words = _NONE
    causing_verb_past: Words = _NONE
    caused_act: Words = _NONE
    verb_with_receiver: Words = _NONE
    opener_without_subject: Words = _NONE
    wish_opener: Words = _NONE
    obligation: Words = _NONE
    no_claim_opener: Words = _NONE
    question_opener: Words = _NONE
    no_moment: Words = _NONE
    camera_verb_past: Words = _NONE
    past_like_present: Words = _NONE
    clitic: Words = _NONE
    # people.yaml
    negator: Words = _NONE
    partner_sure: Words = _NONE
    partner_sign: Words = _NONE
    us_words: Words = _NONE
    # statements.yaml
    bot_word: Words = _NONE
    small_talk: Words = _NONE
    # judgement.yaml, world.yaml
    vague_verb: Words = _NONE
    camera_verb: Words = _NONE
    # safety.yaml
    past_harm: Words = _NONE
    present_harm: Words = _NONE

    @staticmethod
    def of(classes: Mapping[str, Words]) -> "Grammar":
        """The classes asked for, out of all that a language has."""
        return Grammar(**{name: classes[name] for name in NAMES & classes.keys()})

    @cached_property
    def past_starts(self) -> Words:
        """First words of acts that are told as over, and of no other tense."""
        return frozenset(act.partition(" ")[0] for act in self.camera_verb_past) - self.past_like_present


NAMES = frozenset(one.name for one in fields(Grammar))
