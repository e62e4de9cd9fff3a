"""What is kind and clear in a sentence: pure functions over texts and a `Lexicon`. May import nothing else of bot."""

from bot.phrasing.causes import causes
from bot.phrasing.findings import Finding
from bot.phrasing.letters import Mark, heat, marks, sentences
from bot.phrasing.lexicon import Lexicon, join
from bot.phrasing.parts import assess_part
from bot.phrasing.predict import predict
from bot.phrasing.safety import Danger, danger
from bot.phrasing.statements import Assessment, assess

__all__ = [
    "Assessment", "Danger", "Finding", "Lexicon", "Mark", "assess", "assess_part", "causes", "danger", "heat", "join",
    "marks", "predict", "sentences",
]  # fmt: skip
