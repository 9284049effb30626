#!/usr/bin/env bash
# hone's tokenizer against Hugging Face's `tokenizers`, one thread each, turn by turn; nothing else should run.
#   bench/compare_tokenize.sh PYTHON FOLDER FILE [ROUNDS]    PYTHON: an interpreter that has tokenizers
# The hashes are those of the ids: equal hashes, equal ids.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
usage="usage: bench/compare_tokenize.sh PYTHON FOLDER FILE [ROUNDS]"
python=${1:?$usage} folder=${2:?$usage} file=${3:?$usage} rounds=${4:-3}
program=${HONE_BENCH_TOKENIZE:-$root/build/release/bench_tokenize}
[[ -x $program ]] || { echo "build it first: cmake --preset release -DHONE_BENCH=ON && ninja -C build/release bench_tokenize" >&2; exit 2; }
for (( round = 1; round <= rounds; ++round )); do
  "$program" "$folder" "$file" 3
  "$python" "$root/bench/compare_tokenize.py" "$folder" "$file" 3
done
