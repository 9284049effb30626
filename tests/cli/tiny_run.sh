# Sourced by the scripts beside it, with the program as their argument: a folder with a config for `hone pretrain`, the
# base of 7,248 parameters that it makes, and a config for `hone train`. A run of 60 steps takes half a second.
set -uo pipefail
hone=$(readlink -f "$1")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
export OMP_WAIT_POLICY=passive
failed=0
passed=0

# check SENTENCE COMMAND…
check() {
  local sentence=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n' "$sentence"; head -n 20 out err; fi
}

# finish: the script's last line.
finish() {
  printf '%d checks passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

# hone ARGUMENTS…, with out, err and status kept.
hone() {
  timeout 60 "$hone" "$@" >out 2>err
  status=$?
}

cat >pretrain.json <<'JSON'
{
  "seed": 3,
  "model": {
    "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 1,
    "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 256
  },
  "tokenizer": {"vocab_size": 330, "documents": 200},
  "data": {"count": 300, "generated": [{"domain": "arithmetic"}]},
  "train": {"max_steps": 40, "tokens_per_step": 512, "micro_batch_tokens": 256, "learning_rate": 1e-2}
}
JSON
cat >train.json <<'JSON'
{
  "seed": 5,
  "policy": {"path": "base"},
  "data": {"sources": [{"domain": "arithmetic"}]},
  "scorers": {
    "format": {"type": "format"},
    "length": {"type": "length", "weight": 0.5, "options": {"max_length": 12, "buffer": 10}}
  },
  "rollout": {"num_generations": 4, "prompts_per_step": 4, "slots": 8, "max_completion_length": 12},
  "train": {"max_steps": 60, "learning_rate": 1e-3, "micro_batch_tokens": 256},
  "eval": {"every": 4, "sets": [{"name": "sums", "domain": "arithmetic", "n": 8, "max_completion_length": 12}]},
  "checkpoint": {"every": 1, "keep_last": 2},
  "logging": {"samples_every": 1, "samples": 2}
}
JSON
hone pretrain pretrain.json --out base
if [ "$status" -ne 0 ]; then cat err; exit 1; fi
