"""What is kind and clear in a sentence: pure functions over texts and a `Lexicon`. May import nothing else of bot."""

from bot.phrasing.causes import causes, sounds_like
from bot.phrasing.findings import Finding, helpful
from bot.phrasing.letters import Mark, heat, marks, sentences
from bot.phrasing.lexicon import Lexicon, join
from bot.phrasing.opinion import Opinion, kin_of
from bot.phrasing.parts import Part, assess_part
from bot.phrasing.pieces import fitted, is_over
from bot.phrasing.predict import predict
from bot.phrasing.safety import Danger, danger
from bot.phrasing.statements import Assessment, assess

__all__ = [
    "Assessment", "Danger", "Finding", "Lexicon", "Mark", "Opinion", "Part", "assess", "assess_part", "causes",
    "danger", "fitted", "heat", "helpful", "is_over", "join", "kin_of", "marks", "predict", "sentences", "sounds_like",
]  # fmt: skip
