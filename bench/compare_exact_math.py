"""math-verify over hone's suite of exact math, on one thread, one pair at a time: parsing both sides and comparing.

    python bench/compare_exact_math.py SUITE [CATEGORIES] [VERDICTS]    SUITE: tests/rewards/exact_math_suite

Needs `pip install 'math-verify[antlr4_13_2]'`. Prints one JSON line in the form of bench/exact_math.cpp; CATEGORIES are
parted by commas, "" for all; VERDICTS gets a line for each pair: id, label, what it said. Its defaults are kept, with
their timeouts of five seconds. LaTeX is read only between dollars, so both sides are put there unless they bring dollars
or a box. A failure, a timeout and a side that is read as nothing (with dollars and without) count as not equal. The
category of extraction is left out: it holds hone's own rules.
"""

import collections
import json
import logging
import pathlib
import re
import signal
import sys
import time

import math_verify
from math_verify import parse, verify

logging.disable(logging.CRITICAL)


class TooLong(Exception):
    pass


def too_long(_signal, _frame):
    raise TooLong


def read(text):
    has_own = re.search(r"(?<!\\)\$|\\boxed|\\\(|\\\[", text)
    return parse(text if has_own else f"${text}$", raise_on_error=False) or parse(text, raise_on_error=False)


def judge(pair):
    """'equal', 'different', or why there is no verdict."""
    gold, answer = read(pair["gold"]), read(pair["answer"])
    if not gold or not answer:
        return "unread"
    return "equal" if verify(gold, answer, raise_on_error=False) else "different"


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main(suite, categories="", verdicts=None):
    wanted = set(categories.split(",")) if categories else None
    pairs = []
    for path in sorted(pathlib.Path(suite).glob("*.jsonl")):
        if path.stem != "extraction" and (wanted is None or path.stem in wanted):
            pairs += [json.loads(line) for line in path.open(encoding="utf-8")]
    for pair in pairs[:50]:  # imports and caches
        judge(pair)
    signal.signal(signal.SIGALRM, too_long)
    counts = collections.Counter()
    seconds = []
    out = open(verdicts, "w", encoding="utf-8") if verdicts else None
    for pair in pairs:
        begin = time.perf_counter()
        try:
            said = judge(pair)
        except TooLong:
            said = "too long"
        except Exception as error:
            said = f"failed: {type(error).__name__}"
        seconds.append(time.perf_counter() - begin)
        if seconds[-1] > 4.9 and said == "different":
            said = "too long"
        counts[said == "equal", pair["equal"]] += 1
        counts["unread"] += said == "unread"
        counts["failed"] += said.startswith("failed") or said == "too long"
        if out:
            out.write(json.dumps({**pair, "said": said, "ms": round(1e3 * seconds[-1], 2)}, ensure_ascii=False) + "\n")
    ordered = sorted(seconds)
    yes = counts[True, True]
    print(
        json.dumps(
            {
                "checker": "math-verify " + getattr(math_verify, "__version__", "0.9.0"),
                "pairs": len(pairs),
                "equal": sum(pair["equal"] for pair in pairs),
                "precision": round(yes / (yes + counts[True, False]), 5),
                "recall": round(yes / (yes + counts[False, True]), 5),
                "false_equal": counts[True, False],
                "missed": counts[False, True],
                "undecided": counts["unread"] + counts["failed"],
                "failed": counts["failed"],
                "pairs_per_s": round(len(pairs) / sum(seconds), 1),
                "p50_us": round(1e6 * percentile(ordered, 0.50), 1),
                "p99_us": round(1e6 * percentile(ordered, 0.99), 1),
                "max_us": round(1e6 * ordered[-1], 1),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
