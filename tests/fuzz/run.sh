#!/usr/bin/env bash
# run.sh [SECONDS [TARGET…]]: runs the fuzz targets of build/fuzz, two at a time. Without arguments every target that was
# built: a minute for the two parsers of foreign weights and tokenizers and for the comparison of answers, a quarter for
# the others, from a fixed seed, so that the same commit tries the same inputs; with SECONDS from a new one. Prints the
# executions of each; exits 1 when one found something, and says where the input lies.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
build=build/fuzz
findings=$build/findings
# What is freed waits here for late uses; more than this would count against the limit of memory.
export ASAN_OPTIONS=quarantine_size_mb=64${ASAN_OPTIONS:+:$ASAN_OPTIONS}
mkdir -p "$findings"

# Longest input and seeds beside tests/fuzz/corpus/<target>.
longest() {
  case $1 in
    sentencepiece) echo 8192 ;;
    hf_config | tokenizer_json | rubric) echo 4096 ;;
    *) echo 2048 ;;
  esac
}
seeds() {
  case $1 in
    shard_map) echo tests/fixtures/hf/tiny_llama_untied_sharded/model.safetensors.index.json ;;
    sentencepiece) echo tests/fixtures/tokenizer/{bpe,prefixed,unigram}.model ;;
  esac
}

# fuzz TARGET SECONDS
fuzz() {
  local target=$1 seconds=$2 status=0 log=$build/$1.log corpus=$build/corpus/$1 files executions
  mkdir -p "$corpus"
  files=$(seeds "$target")
  # What the address sanitizer keeps of freed memory grows with the executions, so the resident size says little; no
  # single allocation may be large.
  ASAN_OPTIONS=quarantine_size_mb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS} \
  "$build/fuzz_$target" -seed="${HONE_FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -malloc_limit_mb=128 \
    -max_len="$(longest "$target")" -dict="tests/fuzz/$target.dict" -artifact_prefix="$findings/$target-" \
    ${files:+-seed_inputs="${files// /,}"} -print_final_stats=1 "$corpus" "tests/fuzz/corpus/$target" \
    >"$log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf 'fuzz %-16s %10s executions in %d s\n' "$target" "${executions:-?}" "$seconds"
  if (( status )); then
    grep -vE '^#[0-9]+' "$log" | tail -n 60
    printf 'fuzz %s: a finding; again with %s/fuzz_%s INPUT\n' "$target" "$build" "$target"
    return 1
  fi
}

if [[ ${1:-} == --one ]]; then
  fuzz "$2" "$3"
  exit
fi
seconds=${1:-}
if [[ -z $seconds ]]; then export HONE_FUZZ_SEED=1; fi
shift || true
targets=("$@")
if (( ${#targets[@]} == 0 )); then
  for target in safetensors tokenizer_json shard_map hf_config sentencepiece chat_template jsonl exact_math rubric judge_reply plugin_reply; do
    [[ ! -x $build/fuzz_$target ]] || targets+=("$target")
  done
fi
(( ${#targets[@]} )) || { echo "$build holds no fuzz target: cmake --preset fuzz && cmake --build --preset fuzz"; exit 1; }
for target in "${targets[@]}"; do
  case $target in
    safetensors | tokenizer_json | exact_math) default=60 ;;
    *) default=15 ;;
  esac
  printf '%s %s\n' "$target" "${seconds:-$default}"
done | xargs -n 2 -P 2 bash "$0" --one
