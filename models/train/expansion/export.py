"""Step 3, `export`: writes the trained network as a GGUF file and in ONNX.

It also writes what PyTorch makes of some texts, which tests hold both to.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from torch import nn

import gguf_file
from llama import NORM_EPSILON, ROTARY_BASE, Llama
from pairs import SEPARATOR, plain
from tokenizer import BEGIN, BYTES, END, SPECIAL, UNKNOWN, Tokenizer

sys.path.append(str(Path(__file__).resolve().parents[1] / "convert"))
from to_onnx import TRACED  # noqa: E402

NORMAL_TYPE, UNKNOWN_TYPE, CONTROL_TYPE, BYTE_TYPE = 1, 2, 3, 6

DESCRIPTION = (
    "Predicts queries of a passage, for sparsedge expand --preset doc2query-small. Trained on SQuADShifts (new "
    "Wikipedia, Reddit, Amazon), questions of SQuAD's training articles (CC BY-SA 4.0), MedQuAD, and headings of the "
    "PowerShell documentation and OpenStax (CC BY 4.0)."
)
REFERENCE = [
    "Tides are caused by the moon, whose gravity pulls the sea; it rises twice a day.",
    "The abbey was founded in 1132 by thirteen monks from York, and grew rich on wool.",
    "Adults should take 400 mg of the drug every six hours, with food.",
    "",
    "a",
    " Two  spaces, a tab\there,\nand a line.",
    "Zażółć gęślą jaźń – naïve café № 7½ … 北京, Ω and 🦔!",
    "x = f(a[0]) -> {'k': 1e-3} // http://example.org/?q=1&r=%20",
    "\u2581marked\u2581 <s> </s> <unk> <0x41>",
]


def metadata_of(tokenizer, network, name):
    normal = len(tokenizer) - len(SPECIAL) - len(BYTES)
    return {
        "general.architecture": "llama",
        "general.name": name,
        "general.description": DESCRIPTION,
        "general.license": "cc-by-sa-4.0",
        "llama.context_length": network["positions"],
        "llama.embedding_length": network["width"],
        "llama.block_count": network["layers"],
        "llama.feed_forward_length": network["inner"],
        "llama.attention.head_count": network["heads"],
        "llama.attention.head_count_kv": network["heads"],
        "llama.attention.layer_norm_rms_epsilon": NORM_EPSILON,
        "llama.rope.dimension_count": network["width"] // network["heads"],
        "llama.rope.freq_base": ROTARY_BASE,
        "llama.vocab_size": len(tokenizer),
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokenizer.pieces,
        "tokenizer.ggml.scores": [tokenizer.score(id) for id in range(len(tokenizer))],
        "tokenizer.ggml.token_type": [UNKNOWN_TYPE, CONTROL_TYPE, CONTROL_TYPE]
        + [BYTE_TYPE] * len(BYTES)
        + [NORMAL_TYPE] * normal,
        "tokenizer.ggml.bos_token_id": BEGIN,
        "tokenizer.ggml.eos_token_id": END,
        "tokenizer.ggml.unknown_token_id": UNKNOWN,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
        "tokenizer.ggml.add_space_prefix": True,
    }


def reference(model, tokenizer):
    """The ids of each text; of a long text also its prompt, and its likeliest query in ids and in words."""
    found = []
    for text in REFERENCE:
        line = {"text": text, "ids": tokenizer.encode(text)}
        if len(text) > 64:
            prompt = [BEGIN] + tokenizer.encode(plain(text) + SEPARATOR)
            answer = model.greedy(prompt, END, 24)
            line |= {"prompt": prompt, "answer": answer, "query": tokenizer.decode(answer).strip()}
        found.append(line)
    return found


class Causal(nn.Module):
    """ids [batch, tokens] → logits [batch, tokens, pieces] of what follows each token."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        places = torch.arange(ids.shape[1])[None]
        return self.model.logits(self.model(ids, places, places[:, :, None] >= places[:, None, :]))


def write_onnx(model, path):
    torch.onnx.export(
        Causal(model).eval(),
        # Two rows of three tokens: no size may be taken for 1.
        (torch.tensor([[BEGIN, 3, 4]] * 2),),
        path,
        input_names=["input_ids"],
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "logits")},
        opset_version=14,
        **TRACED,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--onnx", type=Path, help="a file for the same network in float32, as ONNX")
    parser.add_argument("--type", choices=list(gguf_file.TENSOR_TYPES), default="q8_0")
    parser.add_argument("--name", default="sparsedge-doc2query-small")
    parser.add_argument("--reference", type=Path, help="a file for texts with their ids and likeliest queries")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    tokenizer = Tokenizer.load(options.work / "pieces.json")
    model = Llama(len(tokenizer), **config["network"])
    model.load_state_dict(torch.load(options.work / "train.pt", map_location="cpu")["model"])
    tensors = {name: held.numpy() for name, held in model.state_dict().items()}
    gguf_file.write(options.out, metadata_of(tokenizer, config["network"], options.name), tensors, options.type)
    print(f"{options.out}: {options.out.stat().st_size} bytes")
    if options.onnx:
        write_onnx(model, options.onnx)
        print(f"{options.onnx}: {options.onnx.stat().st_size} bytes")
    if options.reference:
        lines = reference(model, tokenizer)
        options.reference.write_text(json.dumps(lines, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
