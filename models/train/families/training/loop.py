"""The loop that trains every family. A run that was killed goes on with the steps that it would have had."""

import json
import time

import numpy as np
import torch
from torch import nn


def train(model, draw, plan, folder, device):
    """Writes folder/model.pt and folder/training.json. `draw` makes a batch of a numpy random state."""
    random = np.random.RandomState(plan["seed"])
    model.to(device).train()
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=plan["rate"], betas=(0.9, 0.98), weight_decay=0.01)
    kept = folder / "training.part"
    first, minutes, history = 0, 0.0, []
    if kept.exists():
        state = torch.load(kept, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        random.set_state(state["random"])
        first, minutes, history = state["step"], state["minutes"], state["history"]
        print(f"goes on at step {first}", flush=True)
    started, recent = time.time(), []
    for step in range(first, plan["steps"]):
        progress = step / plan["steps"]
        optimizer.param_groups[0]["lr"] = plan["rate"] * min(1, (step + 1) / plan["warmup"]) * max(0.05, 1 - progress)
        batch = draw(random)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda" or plan.get("bfloat16", False)):
            loss, figures = model.loss(batch, progress)
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        recent.append({"loss": loss.item(), **{name: float(value) for name, value in figures.items()}})
        last = step + 1 == plan["steps"]
        if (step + 1) % plan["logEvery"] == 0 or last:
            means = {name: round(float(np.mean([one[name] for one in recent])), 5) for name in recent[0]}
            if not np.isfinite(means["loss"]):
                raise SystemExit(f"{folder.name}: the loss is {means['loss']} after {step + 1} steps")
            history.append({"step": step + 1, **means})
            recent = []
            print(json.dumps(history[-1]), flush=True)
        # Nothing is kept while figures are half gathered: a run that was stopped has the figures of one that was not.
        if (step + 1) % plan["keepEvery"] == 0 and not recent:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "random": random.get_state()}
            spent = minutes + (time.time() - started) / 60
            write(kept, {**state, "step": step + 1, "minutes": spent, "history": history})
    spent = minutes + (time.time() - started) / 60
    record = {"minutes": round(spent, 2), "device": device, "plan": plan, "history": history}
    (folder / "training.json").write_text(json.dumps(record, indent=2) + "\n")
    write(folder / "model.pt", model.state_dict())
    kept.unlink(missing_ok=True)


def write(path, state):
    partial = path.with_suffix(".new")
    torch.save(state, partial)
    partial.rename(path)
