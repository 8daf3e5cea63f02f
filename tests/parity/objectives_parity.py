#!/usr/bin/python3
"""Reference for ObjectiveParityTests.cs: 20 AdamW steps in float64 of symmetric InfoNCE, DCL and SupCon over a queue, in plain PyTorch.

Run it with Debian's python3-torch, from anywhere:  /usr/bin/python3 tests/parity/objectives_parity.py
It writes objectives_parity.safetensors beside itself. Encoder, batches and record ids are those of moco_parity.py; the losses are
written from the formulas (learning.md 1.1, 1.4, 1.9), each as the textbook has it: cross-entropy, joint log-sum-exp, masked means.
"""
import os

import torch
from torch.nn import functional as F

from moco_parity import BATCH, CAPACITY, DECAY, MOMENTUM, STEPS, TEMPERATURE, WARMUP, Encoder, pixels, record_ids, save

RATE = 0.01
BASE_TEMPERATURE = 0.07


def labels(step):
    """Three classes; the first record of every batch has none."""
    return [-1 if i == 0 else (step + i) % 3 for i in range(BATCH)]


def parts(q, k, queue, step):
    """Similarities over T: own keys [B], queued keys [B, C] with the anchor's own ones at -inf; and who shares a label [B, C]."""
    own = (q * k).sum(1) / TEMPERATURE
    keys = torch.stack([key for key, _, _ in queue])
    queued = q @ keys.t() / TEMPERATURE
    same_record = torch.tensor([[a == b for _, b, _ in queue] for a in record_ids(step)])
    same_label = torch.tensor([[a >= 0 and a == b for _, _, b in queue] for a in labels(step)])
    return own, queued, same_record, same_label


def info_nce(q, k, queue, step):
    own, queued, same_record, _ = parts(q, k, queue, step)
    logits = torch.cat([own[:, None], queued.masked_fill(same_record, -float("inf"))], 1)
    return F.cross_entropy(logits, torch.zeros(len(own), dtype=torch.long))


def dcl(q, k, queue, step):
    own, queued, same_record, _ = parts(q, k, queue, step)
    return (torch.logsumexp(queued.masked_fill(same_record, -float("inf")), 1) - own).mean()


def sup_con(q, k, queue, step):
    own, queued, same_record, same_label = parts(q, k, queue, step)
    queued = queued.masked_fill(same_record & ~same_label, -float("inf"))  # a positive is a positive, of whatever record
    log_prob = torch.cat([own[:, None], queued], 1)
    log_prob = log_prob - torch.logsumexp(log_prob, 1, keepdim=True)
    positive = torch.cat([torch.ones(len(own), 1, dtype=torch.bool), same_label], 1)
    mean = log_prob.masked_fill(~positive, 0).sum(1) / positive.sum(1)
    return -(TEMPERATURE / BASE_TEMPERATURE) * mean.mean()


METHODS = {"symmetric": (info_nce, True), "dcl": (dcl, True), "supcon": (sup_con, False)}


def train(initial, loss_of, symmetric):
    query, key = Encoder().double(), Encoder().double()
    query.load_state_dict(initial)
    key.load_state_dict(initial)
    query.train(), key.train()
    optimizer = torch.optim.AdamW(query.parameters(), lr=RATE, weight_decay=DECAY)
    queue, losses = [], []
    for step in range(STEPS):
        x1, x2 = pixels(step, 0), pixels(step, 1)
        q1 = query(x1)
        q2 = query(x2) if symmetric else None
        with torch.no_grad():
            for a, b in zip(key.parameters(), query.parameters()):
                a.mul_(MOMENTUM).add_(b, alpha=1 - MOMENTUM)
            k2 = key(x2)
            k1 = key(x1) if symmetric else None
        if not queue:
            loss = q1.sum() * 0
        elif symmetric:
            loss = loss_of(q1, k2, queue, step) + loss_of(q2, k1, queue, step)
        else:
            loss = loss_of(q1, k2, queue, step)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        for parameter in query.parameters():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        optimizer.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / WARMUP)
        optimizer.step()
        for keys in (k2, k1) if symmetric else (k2,):
            queue = (queue + list(zip(keys, record_ids(step), labels(step))))[-CAPACITY:]
        losses.append(loss.item())
    return losses, query.state_dict(), key.state_dict()


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    initial = {name: value.clone() for name, value in Encoder().double().state_dict().items()}
    floats = [name for name, value in initial.items() if value.is_floating_point()]
    tensors = {f"initial/{name}": initial[name] for name in floats}
    for name, (loss_of, symmetric) in METHODS.items():
        losses, query, key = train(initial, loss_of, symmetric)
        tensors[f"{name}/losses"] = torch.tensor(losses, dtype=torch.float64)
        tensors.update({f"{name}/query/{n}": query[n] for n in floats})
        tensors.update({f"{name}/key/{n}": key[n] for n in floats})
        print(name, torch.__version__, losses[0], losses[1], losses[-1])
    save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "objectives_parity.safetensors"), tensors)


if __name__ == "__main__":
    main()
