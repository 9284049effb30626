#!/usr/bin/env bash
# Paired runs of one GRPO step, hone against TRL, turn by turn on this machine; nothing else should run.
#   bench/compare_grpo_step.sh PYTHON [ROUNDS]      PYTHON: an interpreter that has trl, see bench/trl_step.py
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
python=${1:?usage: bench/compare_grpo_step.sh PYTHON [ROUNDS]}
rounds=${2:-3}
program=$root/build/release/bench_grpo_step
[[ -x $program ]] || { echo "build it first: cmake --preset release -DHONE_BENCH=ON && ninja -C build/release bench_grpo_step" >&2; exit 2; }
for (( round = 1; round <= rounds; ++round )); do
  "$program" --steps 5 | tail -n 1
  "$python" "$root/bench/trl_step.py" --steps 4 2>/dev/null | tail -n 1
done
