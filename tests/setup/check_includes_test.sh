#!/usr/bin/env bash
# Puts forbidden includes into a small tree, one at a time: check_includes.sh must name each, and nothing else.
set -euo pipefail
check=$(dirname "$(readlink -f "$0")")/../check_includes.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

write() { mkdir -p "$tree/$(dirname "$1")"; printf '%b\n' "$2" >"$tree/$1"; }

reset() {
  rm -rf "${tree:?}"/*
  write CMakeLists.txt 'hone_room(core)\nhone_room(rewards USES core)\nhone_room(policies TORCH USES core)'
  write core/error.h '#include <string>'
  write rewards/scorer.h '#include "core/error.h"\n#include <vector>'
  write policies/attention.h '#include <ATen/core/Tensor.h>\n#include "core/error.h"'
  write policies/attention.cpp '#include "policies/attention.h"\n\n#include <torch/torch.h>\n#include "policies/kernels/decode.h"'
  write policies/kernels/decode.h '#include <cstdint>'
  write policies/kernels/decode.cpp '#include "policies/kernels/decode.h"\n#include "policies/packing.h"'
  write policies/packing.h '#include <vector>'
  write policies/tokenizers/tokenizer.h '#include "core/error.h"'
}

# refuses FILE INCLUDE PATTERN: with INCLUDE as its second line, FILE is named, once.
refuses() {
  local output status=0
  reset
  write "$1" "// A comment.\n$2"
  output=$(bash "$check" "$tree") || status=$?
  if [[ $status != 1 || $output != "$1:"*$3* || $(wc -l <<<"$output") != 1 ]]; then
    printf 'FAILED: %s with %s: exit %s, printed: %s\n' "$1" "$2" "$status" "$output"
    failed=1
  fi
}

reset
bash "$check" "$tree" || { echo 'FAILED: the clean tree was refused'; failed=1; }

refuses core/extra.cpp '#include "rewards/scorer.h"' 'core may not include rewards'
refuses rewards/extra.cpp '#include "policies/attention.h"' 'rewards may not include policies'
refuses rewards/extra.cpp '#include <torch/torch.h>' 'without libtorch'
refuses rewards/extra.cpp '#  include <ATen/ATen.h>' 'without libtorch'
refuses policies/extra.h '#include <torch/torch.h>' 'only .cpp files'
refuses policies/extra.h '#include <ATen/ATen.h>' 'only .cpp files'
refuses policies/kernels/extra.cpp '#include <ATen/core/Tensor.h>' 'kernels'
refuses policies/kernels/extra.cpp '#include "policies/attention.h"' 'policies/attention.h includes <ATen'
refuses policies/tokenizers/extra.cpp '#include "policies/attention.h"' 'tokenizers may include core only'
refuses policies/tokenizers/extra.cpp '#include <c10/util/Half.h>' 'policies/tokenizers is built without libtorch'
refuses policies/extra.cpp '#include "attention.h"' 'does not begin with a room'
refuses policies/extra.cpp '#include "../core/error.h"' 'does not begin with a room'
refuses policies/extra.cpp '#include <core/error.h>' 'are quoted'

(( failed )) || echo 'every forbidden include was found'
exit "$failed"
