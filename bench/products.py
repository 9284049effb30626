"""How fast torch's bfloat16 products of SmolLM2-135M's shapes are on this machine, by what a training step asks of them.

    python bench/products.py [ROWS]      prints GFLOP/s of forward, input's gradient and weight's gradient; needs torch
"""
import sys
import time

import torch

torch.set_num_threads(2)
rows = int(sys.argv[1]) if len(sys.argv) > 1 else 4096


def best_seconds(product):
    product(), product()
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        product()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


for name, inner, outer in (("qkv", 576, 960), ("out", 576, 576), ("gate_up", 576, 3072), ("down", 1536, 576), ("head", 576, 49152)):
    x, w, g = (torch.randn(*shape).bfloat16() for shape in ((rows, inner), (outer, inner), (rows, outer)))
    gflop = 2e-9 * rows * inner * outer
    forward, of_input, of_weight = (gflop / best_seconds(f) for f in (lambda: x @ w.t(), lambda: g @ w, lambda: g.t() @ x))
    print(f"{name:8} forward {forward:6.0f}  gradient of input {of_input:6.0f}  of weight {of_weight:6.0f} GFLOP/s", flush=True)
