#!/usr/bin/env bash
# Writes the legal example's figures and pictures anew from finished runs; needs jq.
#   for s in 1 2; do for r in train train_verdict; do
#     ./hone train examples/legal/$r.json --set seed=$s --out runs/legal-$r-$s; done; done
#   docs/update_legal.sh runs/legal-train-1 runs/legal-train-2 runs/legal-train_verdict-1 runs/legal-train_verdict-2
# HONE names the program; by default ./hone.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
program=${HONE:-$root/hone}
# shellcheck source=docs/fill.sh
source "$root/docs/fill.sh"
(( $# )) || { echo "usage: docs/update_legal.sh RUN…" >&2; exit 2; }

table() {
  local run set
  echo '| set | reward | seed | sampled, before → after | gain in points, 95 % interval | greedy |'
  echo '|---|---|---|---|---|---|'
  for set in reasoning rubric verdict verdict_even; do
    for run in "$@"; do
      jq -r --arg set "$set" --slurpfile config "$run/config.json" '. as $run | .eval[$set] |
        ["`\($set)`", ($config[0].scorers | keys[0]), $run.seed, .before.accuracy, .after.accuracy, .gain, .gain_ci95[],
         .before.greedy_accuracy, .after.greedy_accuracy] | @tsv' "$run/summary.json" |
        LC_ALL=C awk '{ printf "| %s | %s | %d | %.1f %% → %.1f %% | %+.1f [%+.1f, %+.1f] | %.1f %% → %.1f %% |\n",
                        $1, $2, $3, 100 * $4, 100 * $5, 100 * $6, 100 * $7, 100 * $8, 100 * $9, 100 * $10 }'
    done
  done
}

table "$@" | fill "$root/examples/legal/README.md" results
base_in_words "$root/examples/legal/base" | fill "$root/examples/legal/README.md" base
mkdir -p "$root/docs/images"
mapfile -t with_rubric < <(for run in "$@"; do jq -e '.scorers | has("rubric")' "$run/config.json" >/dev/null && echo "$run"; done)
"$program" report "${with_rubric[@]}" --svg "$root/docs/images/legal_score.svg" --metric reward
for set in reasoning verdict; do "$program" report "$@" --svg "$root/docs/images/legal_$set.svg" --set "$set"; done
