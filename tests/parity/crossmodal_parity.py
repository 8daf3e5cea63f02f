#!/usr/bin/python3
"""Reference for CrossModalParityTests.cs: 20 AdamW steps in float64 of two encoders, in plain PyTorch: InfoNCE over a queue a modality,
CLIP and SigLIP.

Run it with Debian's python3-torch, from anywhere:  /usr/bin/python3 tests/parity/crossmodal_parity.py
It writes crossmodal_parity.safetensors beside itself. Encoders and record ids are those of moco_parity.py, one encoder a part. In the
queue's case some records lack a part: such rows pass no encoder, belong to no mean of a direction that needs them, and are not queued.
Losses are written from the formulas (learning.md 1.1, 1.14) as the textbook has them: cross-entropy, log-sigmoid over all pairs.
"""
import math
import os

import torch
from torch.nn import functional as F

from moco_parity import BATCH, CAPACITY, DECAY, MOMENTUM, SIZE, STEPS, TEMPERATURE, WARMUP, Encoder, record_ids, save

RATE = 0.01
WITHIN = 0.5
PARTS = ("a", "b")


def pixels(step, part, view):
    """Byte i of a view is the top byte of a multiplicative hash of its global index; CrossModalParityTests.cs repeats this rule."""
    count = BATCH * SIZE * SIZE
    start = (4 * step + 2 * part + view) * count
    values = [((start + i) * 2654435761 % 2**32) >> 24 for i in range(count)]
    x = torch.tensor(values, dtype=torch.float64).view(BATCH, 1, SIZE, SIZE)
    return (x / 255 - 0.5) / 0.25


def present(step, part):
    """Every fifth record lacks b, every seventh a."""
    return [(step * BATCH + i) % (7 if part == 0 else 5) != 0 for i in range(BATCH)]


def info_nce(anchors, keys, rows, queue, ids):
    """Mean over the given rows; anchors and keys [B, d], zeros where missing."""
    if not queue or not rows:
        return anchors.sum() * 0
    queued = torch.stack([key for key, _ in queue])
    own = torch.tensor([[ids[r] == b for _, b in queue] for r in rows])
    q, k = anchors[rows], keys[rows]
    negatives = (q @ queued.t()).masked_fill(own, -float("inf"))
    logits = torch.cat([(q * k).sum(1, keepdim=True), negatives], 1) / TEMPERATURE
    return F.cross_entropy(logits, torch.zeros(len(rows), dtype=torch.long))


def spread(rows, vectors):
    whole = torch.zeros(BATCH, vectors.shape[1], dtype=torch.float64)
    whole[rows] = vectors
    return whole


def ema(key, query, buffers):
    with torch.no_grad():
        for a, b in zip(key.parameters(), query.parameters()):
            a.mul_(MOMENTUM).add_(b, alpha=1 - MOMENTUM)
        if buffers:
            for (name, a), (_, b) in zip(key.named_buffers(), query.named_buffers()):
                if a.is_floating_point():
                    a.mul_(MOMENTUM).add_(b, alpha=1 - MOMENTUM)
                else:
                    a.copy_(b)


def queue_loss(step, query, key, queues):
    rows = [[i for i, there in enumerate(present(step, p)) if there] for p in range(2)]
    q = [spread(rows[p], query[p](pixels(step, p, 0)[rows[p]])) for p in range(2)]
    for p in range(2):
        ema(key[p], query[p], buffers=False)
    with torch.no_grad():
        k = [spread(rows[p], key[p](pixels(step, p, 1)[rows[p]])) for p in range(2)]
    both = sorted(set(rows[0]) & set(rows[1]))
    ids = record_ids(step)
    loss = (info_nce(q[0], k[1], both, queues[1], ids) + info_nce(q[1], k[0], both, queues[0], ids)) / 2
    loss = loss + WITHIN / 2 * (info_nce(q[0], k[0], rows[0], queues[0], ids) + info_nce(q[1], k[1], rows[1], queues[1], ids))
    return loss, lambda: [(queues[p] + [(k[p][r], ids[r]) for r in rows[p]])[-CAPACITY:] for p in range(2)]


def train(initial, method):
    query, key = [Encoder().double() for _ in PARTS], [Encoder().double() for _ in PARTS]
    for p in range(2):
        for network in (query[p], key[p]):
            network.load_state_dict(initial[p])
            network.train()
    scale = torch.nn.Parameter(torch.tensor([math.log(1 / 0.07 if method == "clip" else 10)], dtype=torch.float64))
    bias = torch.nn.Parameter(torch.tensor([-10.0], dtype=torch.float64))
    learned = {"queue": [], "clip": [scale], "siglip": [scale, bias]}[method]
    weights = [parameter for p in range(2) for parameter in query[p].parameters()]
    groups = [{"params": weights, "weight_decay": DECAY}] + ([{"params": learned, "weight_decay": 0.0}] if learned else [])
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    queues, losses = [[], []], []
    for step in range(STEPS):
        enqueue = None
        if method == "queue":
            loss, enqueue = queue_loss(step, query, key, queues)
        else:
            a, b = (query[p](pixels(step, p, 0)) for p in range(2))
            for p in range(2):
                ema(key[p], query[p], buffers=True)
            logits = scale.exp() * a @ b.t()
            if method == "clip":
                target = torch.arange(BATCH)
                loss = (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 2
            else:
                sign = 2 * torch.eye(BATCH, dtype=torch.float64) - 1
                loss = -F.logsigmoid(sign * (logits + bias)).sum() / BATCH
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        for parameter in weights:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARMUP)
        optimizer.step()
        with torch.no_grad():
            scale.clamp_(max=math.log(100))
        if enqueue is not None:
            queues = enqueue()
        losses.append(loss.item())
    return losses, [n.state_dict() for n in query], [n.state_dict() for n in key], learned


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    initial = [{name: value.clone() for name, value in Encoder().double().state_dict().items()} for _ in PARTS]
    floats = [name for name, value in initial[0].items() if value.is_floating_point()]
    tensors = {f"initial/{part}/{name}": initial[p][name] for p, part in enumerate(PARTS) for name in floats}
    for method in ("queue", "clip", "siglip"):
        losses, query, key, learned = train(initial, method)
        tensors[f"{method}/losses"] = torch.tensor(losses, dtype=torch.float64)
        for p, part in enumerate(PARTS):
            tensors.update({f"{method}/query.{part}/{n}": query[p][n] for n in floats})
            tensors.update({f"{method}/key.{part}/{n}": key[p][n] for n in floats})
        tensors.update({f"{method}/loss/{n}": value for n, value in zip(("log_scale", "bias"), learned)})
        print(method, torch.__version__, losses[0], losses[1], losses[-1], [v.item() for v in learned])
    save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "crossmodal_parity.safetensors"), tensors)


if __name__ == "__main__":
    main()
