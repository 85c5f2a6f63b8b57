"""Step 4, `pretrain`: trains the encoder as a masked language model.

The masking is BERT's (Devlin et al., 2019), without its next sentences. Every 200 steps everything is kept, and a run
that was killed goes on from there.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from pretraining.corpus import Corpus
from pretraining.transformer import Encoder, MaskedLanguageModel
from pretraining.vocabulary import Vocabulary, training_texts

# Of all words the share that is guessed; of these, the shares that the network sees as [MASK] and as another word.
MASKED, REPLACED, RANDOM = 0.16, 0.8, 0.1
KEEP_EVERY = 200


def stream_of(corpus, vocabulary, config, seed):
    """All training texts in a random order, each after a [CLS], as one row of ids."""
    texts = [(held, i) for held in map(corpus.texts, training_texts(config)) for i in range(len(held))]
    order = np.random.RandomState(seed).permutation(len(texts))
    parts = []
    for at in order:
        held, i = texts[at]
        parts += [[vocabulary.cls], vocabulary.read(held[i])]
    return torch.from_numpy(np.concatenate(parts))


def hide(ids, vocabulary, random):
    """BERT's masking, which spares ids that are no words: (what the network sees, which places it must guess)."""
    chance = torch.rand(ids.shape, generator=random)
    guessed = (chance < MASKED) & (ids >= vocabulary.first)
    seen = ids.clone()
    seen[guessed & (chance < MASKED * REPLACED)] = vocabulary.mask
    swapped = guessed & (chance >= MASKED * REPLACED) & (chance < MASKED * (REPLACED + RANDOM))
    seen[swapped] = torch.randint(vocabulary.first, vocabulary.size, (int(swapped.sum()),), generator=random)
    return seen, guessed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    vocabulary = Vocabulary(options.work, config["vocabulary"]["buckets"])
    pretrain(Corpus(options.work), vocabulary, config, options.work, options.device)


def pretrain(corpus, vocabulary, config, work, device):
    """Trains from work/embeddings.npy to work/pretrain.pt."""
    plan = config["pretrain"]
    torch.manual_seed(plan["seed"])
    random = torch.Generator().manual_seed(plan["seed"])
    ids = stream_of(corpus, vocabulary, config["corpus"], plan["seed"])

    model = MaskedLanguageModel(Encoder(vocabulary.size, **config["network"]))
    model.encoder.embeddings.weight.data = torch.from_numpy(np.load(work / "embeddings.npy"))
    counts = torch.bincount(ids, minlength=vocabulary.size).float() + 0.5
    model.bias.data = torch.log(counts / counts.sum())
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan["rate"], betas=(0.9, 0.98), weight_decay=0.01)

    kept = work / "pretrain.part"
    first = 0
    if kept.exists():
        state = torch.load(kept, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        random.set_state(state["random"].cpu())
        first = state["step"]
    rows = ids[: len(ids) // plan["tokens"] * plan["tokens"]].view(-1, plan["tokens"])
    loss_sum, started = 0.0, time.time()
    for step in range(first, plan["steps"]):
        rate = plan["rate"] * min(1, (step + 1) / 150) * max(0.05, 1 - step / plan["steps"])
        optimizer.param_groups[0]["lr"] = rate
        at = (torch.arange(plan["batch"]) + step * plan["batch"]) % len(rows)
        whole = rows[at]
        seen, guessed = (t.to(device) for t in hide(whole, vocabulary, random))
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            hidden = model.encoder(seen, torch.ones_like(seen))
            loss = F.cross_entropy(model.logits(hidden[guessed]), whole.to(device)[guessed])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss_sum += float(loss)
        if (step + 1) % 50 == 0:
            print(
                f"step {step + 1}: perplexity {math.exp(loss_sum / 50):.0f}, {(time.time() - started) / 60:.1f} min",
                flush=True,
            )
            loss_sum = 0.0
        if (step + 1) % KEEP_EVERY == 0:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "random": random.get_state(), "step": step + 1}, kept.with_suffix(".new"))
            kept.with_suffix(".new").rename(kept)
    torch.save(model.state_dict(), work / "pretrain.pt")
    kept.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
