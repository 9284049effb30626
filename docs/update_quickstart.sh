#!/usr/bin/env bash
# Writes the quickstart's figures and picture anew from finished runs, one a seed; needs jq.
#   for s in 1 2 3; do ./hone train examples/quickstart/train.json --set seed=$s --out runs/seed$s; done
#   docs/update_quickstart.sh runs/seed1 runs/seed2 runs/seed3
# HONE names the program; by default ./hone.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
program=${HONE:-$root/hone}
# shellcheck source=docs/fill.sh
source "$root/docs/fill.sh"
(( $# )) || { echo "usage: docs/update_quickstart.sh RUN…" >&2; exit 2; }
summaries=("${@/%//summary.json}")

table() {
  echo '| domain | seed | sampled | gain in points, 95 % interval | greedy |'
  echo '|---|---|---|---|---|'
  jq -rs '. as $runs | $runs[0].eval | keys_unsorted[] as $set | $runs[] | .seed as $seed | .eval[$set] |
    ["`\($set)`", $seed, .before.accuracy, .after.accuracy, .gain, .gain_ci95[], .before.greedy_accuracy,
     .after.greedy_accuracy] | @tsv' "${summaries[@]}" |
    LC_ALL=C awk '
      { printf "| %s | %d | %.1f %% → %.1f %% | %+.1f [%+.1f, %+.1f] | %.1f %% → %.1f %% |\n",
               $1, $2, 100 * $3, 100 * $4, 100 * $5, 100 * $6, 100 * $7, 100 * $8, 100 * $9
        for (i = 3; i <= 9; ++i) sum[i] += $i }
      END { printf "| mean | | %.1f %% → %.1f %% | %+.1f | %.1f %% → %.1f %% |\n", 100 * sum[3] / NR, 100 * sum[4] / NR,
                   100 * sum[5] / NR, 100 * sum[8] / NR, 100 * sum[9] / NR }'
}

table | fill "$root/README.md" quickstart
base_in_words "$root/examples/quickstart/base" | fill "$root/examples/quickstart/README.md" base
mkdir -p "$root/docs/images"
"$program" report "$1" --svg "$root/docs/images/quickstart.svg"
