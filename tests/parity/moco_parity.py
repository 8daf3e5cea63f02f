#!/usr/bin/python3
"""Reference for ParityTests.cs: the momentum-contrast step in plain PyTorch, float64, 20 steps with AdamW and 20 with SGD.

Run it with Debian's python3-torch, from anywhere:  /usr/bin/python3 tests/parity/moco_parity.py
It writes moco_parity.safetensors beside itself: first weights, losses of every step, all parameters and buffers at the end.
Written from the formulas (learning.md 1.1), not from the C# code: modules, torch.optim, cross-entropy over [positive | negatives].
"""
import json
import os
import struct

import torch
from torch import nn
from torch.nn import functional as F

STEPS, BATCH, CAPACITY, SIZE, WIDTH, PROJECTION = 20, 6, 20, 8, 4, 8
TEMPERATURE, MOMENTUM, DECAY, WARMUP = 0.2, 0.9, 0.01, 5
RATES = {"adamw": 0.01, "sgd": 0.05}


def conv_norm(inputs, outputs, kernel, stride):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv_norm(inputs, outputs, 3, stride)
        self.conv2, self.bn2 = conv_norm(outputs, outputs, 3, 1)
        self.downsample = nn.Sequential(*conv_norm(inputs, outputs, 1, stride)) if stride != 1 or inputs != outputs else None

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv_norm(1, WIDTH, 3, 1)
        self.layer1 = nn.Sequential(Block(WIDTH, WIDTH, 1))
        self.layer2 = nn.Sequential(Block(WIDTH, 2 * WIDTH, 2))
        self.layer3 = nn.Sequential(Block(2 * WIDTH, 4 * WIDTH, 2))
        features = 4 * WIDTH
        self.projection = nn.Sequential(nn.Linear(features, features), nn.ReLU(), nn.Linear(features, PROJECTION))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x))).mean(dim=(2, 3))
        return F.normalize(self.projection(x), dim=1)


def pixels(step, view):
    """Byte i of a view is the top byte of a multiplicative hash of its global index; ParityTests.cs repeats this rule."""
    count = BATCH * SIZE * SIZE
    start = (2 * step + view) * count
    values = [((start + i) * 2654435761 % 2**32) >> 24 for i in range(count)]
    x = torch.tensor(values, dtype=torch.float64).view(BATCH, 1, SIZE, SIZE)
    return (x / 255 - 0.5) / 0.25


def record_ids(step):
    """Seventeen records over and over, so that the queue of 20 holds earlier keys of some anchors."""
    return [(step * BATCH + i) % 17 for i in range(BATCH)]


def info_nce(q, k, queue, ids):
    if not queue:
        return q.sum() * 0
    keys = torch.stack([key for key, _ in queue])
    own = torch.tensor([[a == b for _, b in queue] for a in ids])
    negatives = (q @ keys.t()).masked_fill(own, -float("inf"))
    logits = torch.cat([(q * k).sum(1, keepdim=True), negatives], 1) / TEMPERATURE
    return F.cross_entropy(logits, torch.zeros(len(ids), dtype=torch.long))


def train(initial, kind):
    query, key = Encoder().double(), Encoder().double()
    query.load_state_dict(initial)
    key.load_state_dict(initial)
    query.train(), key.train()
    if kind == "adamw":
        optimizer = torch.optim.AdamW(query.parameters(), lr=RATES[kind], weight_decay=DECAY)
    else:
        optimizer = torch.optim.SGD(query.parameters(), lr=RATES[kind], momentum=0.9, weight_decay=DECAY)
    queue, losses = [], []
    for step in range(STEPS):
        q = query(pixels(step, 0))
        with torch.no_grad():
            for a, b in zip(key.parameters(), query.parameters()):
                a.mul_(MOMENTUM).add_(b, alpha=1 - MOMENTUM)
            k = key(pixels(step, 1))
        loss = info_nce(q, k, queue, record_ids(step))
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.param_groups[0]["lr"] = RATES[kind] * min(1.0, (step + 1) / WARMUP)
        optimizer.step()
        queue = (queue + list(zip(k, record_ids(step))))[-CAPACITY:]
        losses.append(loss.item())
    return losses, query.state_dict(), key.state_dict()


def save(path, tensors):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * 8
        header[name] = {"dtype": "F64", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().double().contiguous().numpy().tobytes())


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    initial = {name: value.clone() for name, value in Encoder().double().state_dict().items()}
    floats = [name for name, value in initial.items() if value.is_floating_point()]
    tensors = {f"initial/{name}": initial[name] for name in floats}
    for kind in RATES:
        losses, query, key = train(initial, kind)
        tensors[f"{kind}/losses"] = torch.tensor(losses, dtype=torch.float64)
        tensors.update({f"{kind}/query/{name}": query[name] for name in floats})
        tensors.update({f"{kind}/key/{name}": key[name] for name in floats})
        print(kind, torch.__version__, losses[0], losses[1], losses[-1])
    save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "moco_parity.safetensors"), tensors)


if __name__ == "__main__":
    main()
