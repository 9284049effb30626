#!/usr/bin/env bash
# hone's exact math against math-verify over the suite, one thread each, one after the other; nothing else should run.
#   bench/compare_exact_math.sh PYTHON [ROUNDS]    PYTHON: an interpreter that has 'math-verify[antlr4_13_2]'
# Prints both lines and the table of docs/exact_math.md.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
python=${1:?usage: bench/compare_exact_math.sh PYTHON [ROUNDS]} rounds=${2:-5}
program=${HONE_BENCH_EXACT_MATH:-$root/build/release/bench_exact_math}
suite=$root/tests/rewards/exact_math_suite
[[ -x $program ]] || { echo "build it first: cmake --preset release -DHONE_BENCH=ON && ninja -C build/release bench_exact_math" >&2; exit 2; }
lines=$("$program" "$suite" "$rounds"; "$python" "$root/bench/compare_exact_math.py" "$suite")
echo "$lines"
"$python" - "$lines" <<'PY'
import json
import sys

print("| checker | pairs | precision | recall | false equal | missed | undecided | pairs/s | p50 µs | p99 µs | max µs |")
print("|---|---|---|---|---|---|---|---|---|---|---|")
for line in map(json.loads, sys.argv[1].splitlines()):
    print(
        f"| {line['checker']} | {line['pairs']} | {line['precision']:.2%} | {line['recall']:.2%} | {line['false_equal']} "
        f"| {line['missed']} | {line['undecided']} | {line['pairs_per_s']:,.0f} | {line['p50_us']:,.1f} | {line['p99_us']:,.1f} "
        f"| {line['max_us']:,.0f} |"
    )
PY
