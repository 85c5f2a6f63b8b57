"""Step 1, `tokenizer`: learns byte pairs (Sennrich et al., 2016) in the form of llama.cpp's "llama" tokenizer.

A piece's score is the order in which it was learned, and encoding joins the neighbours whose piece scores best,
leftmost first, so that ids are those of llama.cpp. Characters that are no piece fall apart into bytes. Pieces never
cross from letters to digits or signs, so that a text can be encoded part by part, and parts be kept.
"""

import argparse
import collections
import heapq
import json
import re
import sys
from pathlib import Path

UNKNOWN, BEGIN, END = 0, 1, 2
SPECIAL = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
SPACE = "\u2581"
# A part is a word with the space before it, or a digit or sign alone: numbers would otherwise fill the vocabulary.
PART = re.compile(rf"{SPACE}?[^\W\d_]+|{SPACE}?[^{SPACE}]|{SPACE}", re.DOTALL)


class Tokenizer:
    def __init__(self, pieces):
        """`pieces` are characters and what was joined of them, the best first."""
        self.pieces = SPECIAL + BYTES + pieces
        self.id_of = {piece: id for id, piece in enumerate(self.pieces)}
        self.kept = {}

    @classmethod
    def load(cls, path):
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    def __len__(self):
        return len(self.pieces)

    def score(self, id):
        first = len(SPECIAL) + len(BYTES)
        return float(first - id) if id >= first else 0.0

    def encode(self, text, prefix=True):
        """Ids, without begin and end. llama.cpp puts a space before a text, but not before the continuation of one."""
        if text == "":
            return []
        marked = (SPACE if prefix else "") + text.replace(" ", SPACE)
        return [id for part in PART.findall(marked) for id in self.of_part(part)]

    def of_part(self, part):
        if part not in self.kept:
            self.kept[part] = [id for symbol in self.joined(part) for id in self.of_symbol(symbol)]
        return self.kept[part]

    def of_symbol(self, symbol):
        if symbol in self.id_of:
            return [self.id_of[symbol]]
        return [len(SPECIAL) + byte for byte in symbol.encode("utf-8")]

    def joined(self, part):
        symbols = list(part)
        while len(symbols) > 1:
            pairs = [self.id_of.get(a + b, len(self)) for a, b in zip(symbols, symbols[1:])]
            best = min(pairs)
            if best == len(self):
                break
            at = pairs.index(best)
            symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
        return symbols

    def decode(self, ids):
        data = b"".join(self.bytes_of(id) for id in ids)
        return data.decode("utf-8", "replace")

    def bytes_of(self, id):
        if id < len(SPECIAL):
            return b""
        if id < len(SPECIAL) + len(BYTES):
            return bytes([id - len(SPECIAL)])
        return self.pieces[id].replace(SPACE, " ").encode("utf-8")


def learn(texts, size, at_least=3):
    """Learns the pieces of a vocabulary of `size`: pairs, the most frequent first, and frequent characters."""
    parts = collections.Counter(part for text in texts for part in PART.findall(SPACE + text.replace(" ", SPACE)))
    characters = collections.Counter()
    for part, count in parts.items():
        for character in part:
            characters[character] += count
    # A character that is hardly ever seen is better left to its bytes.
    kept = {c for c, count in characters.items() if count >= 20 and c.isprintable()} | {SPACE}
    words = [[list(part), count] for part, count in parts.items() if set(part) <= kept and count >= at_least]
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for number, (symbols, count) in enumerate(words):
        for pair in zip(symbols, symbols[1:]):
            pairs[pair] += count
            where[pair].add(number)
    queue = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(queue)
    learned, known = [], set()
    room = size - len(SPECIAL) - len(BYTES) - len(kept)
    while len(learned) < room and queue:
        count, pair = heapq.heappop(queue)
        if -count != pairs[pair] or pairs[pair] < at_least:
            continue
        piece = pair[0] + pair[1]
        if piece not in known:
            known.add(piece)
            learned.append(piece)
        changed = set()
        for number in where.pop(pair):
            symbols, times = words[number]
            for old in zip(symbols, symbols[1:]):
                pairs[old] -= times
                changed.add(old)
            joined = []
            for symbol in symbols:
                if joined and (joined[-1], symbol) == pair:
                    joined[-1] = piece
                else:
                    joined.append(symbol)
            words[number][0] = joined
            for new in zip(joined, joined[1:]):
                pairs[new] += times
                where[new].add(number)
                changed.add(new)
        for old in changed:
            if pairs[old] > 0:
                heapq.heappush(queue, (-pairs[old], old))
    # Characters are never joined of others, so any score will do: they get the worst.
    return learned + sorted(kept)


def main():
    from pairs import read_groups

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/ and pairs/")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    options.work.mkdir(parents=True, exist_ok=True)
    groups = read_groups(options.data, config["pairs"])
    texts = [text for group in groups for text in (group.document, *group.queries)]
    pieces = learn(texts, config["vocabulary"])
    (options.work / "pieces.json").write_text(json.dumps(pieces, ensure_ascii=False), encoding="utf-8")
    print(f"{len(Tokenizer(pieces))} pieces of {len(texts)} texts", flush=True)


if __name__ == "__main__":
    sys.exit(main())
