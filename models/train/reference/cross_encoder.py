"""
Makes the cross-encoder of test/fixtures/models: an ONNX file with seeded random weights, and the scores that PyTorch
computes from the same weights for 100 pairs of texts.

    /usr/bin/python3 models/train/reference/cross_encoder.py VOCABULARY OUTPUT

VOCABULARY is vocab.txt of bert-base-uncased; PyTorch and onnx are the only packages.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from make import export
from networks import WIDTH, Encoder, randomise
from texts import reference_texts
from bert_tokenizer import CLS, SEP, pretokenize, read_vocabulary, word_pieces

MAXIMUM = 64
# A question with its [CLS] and both [SEP] leaves this many pieces of a pair to the document, at least.
QUESTION = 24
PAIRS = 100


class CrossEncoder(nn.Module):
    """BertForSequenceClassification of one class: a number for a pair, from what stands at [CLS]."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder(types=True)
        self.pooler = nn.Linear(WIDTH, WIDTH)
        self.classifier = nn.Linear(WIDTH, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """[B, S] each → [B, 1]"""
        hidden = self.encoder(input_ids, attention_mask, token_type_ids)
        return self.classifier(torch.tanh(self.pooler(hidden[:, 0])))


def pieces_of(text: str, vocabulary: dict[str, int]) -> list[int]:
    """The pieces of a text, with nothing around them."""
    return [piece for word in pretokenize(text) for piece in word_pieces(word, vocabulary)]


def pair(question: str, document: str, vocabulary: dict[str, int]) -> tuple[list[int], list[int]]:
    """The ids and types of [CLS] question [SEP] document [SEP]; only the document is cut off ("only_second")."""
    first = [vocabulary[CLS], *pieces_of(question, vocabulary), vocabulary[SEP]]
    second = [*pieces_of(document, vocabulary)[: MAXIMUM - len(first) - 1], vocabulary[SEP]]
    return first + second, [0] * len(first) + [1] * len(second)


def main(vocabulary_path: Path, output: Path) -> None:
    """Writes everything."""
    torch.set_num_threads(1)
    vocabulary = read_vocabulary(vocabulary_path)
    model = CrossEncoder()
    randomise(model, seed=11)
    export(model, output / "cross-encoder.onnx", True, {"score": {0: "batch"}}, opset=14)

    texts = reference_texts()
    questions = [text for text in texts if 0 < len(pieces_of(text[:2000], vocabulary)) <= QUESTION]
    lines: list[str] = []
    for i in range(PAIRS):
        question, document = questions[i % len(questions)], texts[(i * 37 + 5) % len(texts)][:2000]
        ids, types = pair(question, document, vocabulary)
        with torch.no_grad():
            score = model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long), torch.tensor([types]))
        record = {"question": question, "document": document, "ids": ids, "types": types}
        record["score"] = round(score.item(), 6)
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    with gzip.GzipFile(output / "cross-encoder.jsonl.gz", "wb", compresslevel=9, mtime=0) as file:
        file.write("".join(f"{line}\n" for line in lines).encode("utf-8"))
    print(f"{len(lines)} pairs in {output}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
