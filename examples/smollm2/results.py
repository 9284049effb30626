"""Fills README.md's table and cost line from finished runs.

    python3 examples/smollm2/results.py BASE_EVAL.jsonl SFT_RUN RL_RUN…
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
# 2 trillion tokens (Allal et al., 2502.02737), 6 FLOPs a token for each of 134.5M parameters.
PRETRAINING_FLOPS = 6 * 134.5e6 * 2e12


def cell(figures):
    low, high = figures["ci95"]
    sampled = f"{100 * figures['accuracy']:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
    return sampled + f", greedy {100 * figures['greedy_accuracy']:.1f} %"


def table(base, runs):
    lines = ["| domain | seed | before SFT | after SFT | after RL |", "|---|---|---|---|---|"]
    for name in base:
        for run in runs:
            before, after = run["eval"][name]["before"], run["eval"][name]["after"]
            lines.append(f"| `{name}` | {run['seed']} | {cell(base[name])} | {cell(before)} | {cell(after)} |")
    return "\n".join(lines)


def cost(sft, runs):
    def line(what, flops, seconds):
        share = flops / PRETRAINING_FLOPS
        return f"- {what}: {flops / 1e12:.0f} TFLOP, {seconds / 60:.1f} minutes, {100 * share:.2g} % of the pretraining"

    rl = [run["cost"]["model_flops"] for run in runs]
    lines = [
        "What each part cost, in model FLOPs, beside the 2T tokens of its pretraining (6·N·T = 1.6·10²¹ FLOPs):",
        "",
        line("the cold start", sft["cost"]["model_flops"], sft["seconds"]),
        line("GRPO with its three evaluations, a seed", sum(rl) / len(rl), sum(run["seconds"] for run in runs) / len(runs)),
    ]
    return "\n".join(lines)


def fill(text, name, block):
    return re.sub(f"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", lambda m: m[1] + block + "\n" + m[2], text, flags=re.S)


def main():
    base_file, sft_run, *rl_runs = sys.argv[1:]
    base = {row["set"]: row for row in map(json.loads, open(base_file))}
    sft = json.loads(pathlib.Path(sft_run, "summary.json").read_text())
    runs = [json.loads(pathlib.Path(run, "summary.json").read_text()) for run in rl_runs]
    readme = HERE / "README.md"
    text = fill(readme.read_text(), "results", table(base, runs))
    readme.write_text(fill(text, "cost", cost(sft, runs)))


if __name__ == "__main__":
    main()
