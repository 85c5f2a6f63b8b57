"""BERT-uncased tokenization in plain Python: what the Rust library `tokenizers` does for `bert-base-uncased`.

It is the reference that the TypeScript tokenizer is held to, so it shares nothing with it and spells every rule out.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

PAD, UNKNOWN, CLS, SEP = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
MOST_CHARACTERS = 100  # WordPiece gives up on longer words.

# These are blocks, and not the script: U+3007 and the punctuation of U+3002 are outside.
IDEOGRAPHS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


@dataclass(frozen=True)
class Word:
    """A whole word or punctuation mark, and where its first piece lies among the tokens, [CLS] being token 0."""

    text: str
    first: int


@dataclass(frozen=True)
class Tokens:
    """A text as a model takes it, cut to the maximum length; `pieces` counts the tokens before the cut."""

    ids: list[int]
    words: list[Word]
    pieces: int


def read_vocabulary(path: Path) -> dict[str, int]:
    """Reads a vocabulary of one token a line, the line's number being its id."""
    return {token: i for i, token in enumerate(path.read_text("utf-8").split("\n")) if token != ""}


def is_punctuation(character: str) -> bool:
    """Whether BERT takes a character for punctuation: ASCII's symbols included, other symbols not."""
    code = ord(character)
    ascii_symbol = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_symbol or unicodedata.category(character).startswith("P")


def pretokenize(text: str) -> list[str]:
    """The words and punctuation marks of a text: cleaned, ideographs apart, without accents, lower-cased."""
    cleaned = "".join(_clean(character) for character in text)
    bare = "".join(c for c in unicodedata.normalize("NFD", cleaned) if unicodedata.category(c) != "Mn")
    # One character at a time: Python's lower() would give a final sigma its own form, which Rust's loop does not.
    lowered = "".join(c.lower() for c in bare)
    apart = "".join(f" {c} " if is_punctuation(c) else c for c in lowered)
    return apart.split()


def _clean(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    if any(low <= ord(character) <= high for low, high in IDEOGRAPHS):
        return f" {character} "
    return " " if character.isspace() else character


def word_pieces(word: str, vocabulary: dict[str, int]) -> list[int]:
    """The longest pieces from the left; a word that they do not cover is one unknown token."""
    if len(word) > MOST_CHARACTERS:
        return [vocabulary[UNKNOWN]]
    pieces: list[int] = []
    start = 0
    while start < len(word):
        prefix = "##" if start > 0 else ""
        for end in range(len(word), start, -1):
            piece = vocabulary.get(prefix + word[start:end])
            if piece is not None:
                pieces.append(piece)
                start = end
                break
        else:
            return [vocabulary[UNKNOWN]]
    return pieces


def tokenize(text: str, vocabulary: dict[str, int], maximum: int) -> Tokens:
    """A text as [CLS] pieces [SEP], at most `maximum` tokens. Words whose first piece was cut off are left out."""
    pieces: list[int] = []
    words: list[Word] = []
    for word in pretokenize(text):
        if len(pieces) < maximum - 2:
            words.append(Word(word, 1 + len(pieces)))
        pieces.extend(word_pieces(word, vocabulary))
    ids = [vocabulary[CLS], *pieces[: maximum - 2], vocabulary[SEP]]
    return Tokens(ids, words, len(pieces) + 2)
