#!/usr/bin/env bash
# hone's exact math against math-verify over the suite, one thread each, one after the other; nothing else should run.
#   bench/compare_exact_math.sh PYTHON [ROUNDS]    PYTHON: an interpreter that has 'math-verify[antlr4_13_2]'
# Prints their lines and the table of docs/exact_math.md: over all of the suite, and over what no convention touches, for
# units, money, percentages, angles, times, bases, rounding, choices and the like are matters on which suites disagree.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
python=${1:?usage: bench/compare_exact_math.sh PYTHON [ROUNDS]} rounds=${2:-5}
program=${HONE_BENCH_EXACT_MATH:-$root/build/release/bench_exact_math}
suite=$root/tests/rewards/exact_math_suite
core=binomials,calculus,complex,constants,equations,factorials,inequalities,intervals,logarithms,mixed_numbers,near_misses
core+=,plus_minus,polynomials,powers,rational_functions,sets,surds,trigonometry,tuples,matrices
[[ -x $program ]] || { echo "build it first: cmake --preset release -DHONE_BENCH=ON && ninja -C build/release bench_exact_math" >&2; exit 2; }
table() {
  "$python" - "$1" "$2" <<'PY'
import json
import sys

for line in map(json.loads, sys.argv[2].splitlines()):
    print(
        f"| {line['checker']} | {sys.argv[1]} | {line['pairs']:,} | {line['precision']:.2%} | {line['recall']:.2%} "
        f"| {line['false_equal']} | {line['missed']} | {line['undecided']} | {line['pairs_per_s']:,.0f} "
        f"| {line['p50_us']:,.0f} | {line['p99_us']:,.0f} | {line['max_us']:,.0f} |"
    )
PY
}
all_lines=$("$program" "$suite" "$rounds"; "$python" "$root/bench/compare_exact_math.py" "$suite")
core_lines=$("$program" "$suite" "$rounds" "$core"; "$python" "$root/bench/compare_exact_math.py" "$suite" "$core")
echo "$all_lines"
echo "$core_lines"
echo "| checker | pairs of | pairs | precision | recall | false equal | missed | undecided | pairs/s | p50 µs | p99 µs | max µs |"
echo "|---|---|---|---|---|---|---|---|---|---|---|---|"
table "all" "$all_lines"
table "values and structures" "$core_lines"
