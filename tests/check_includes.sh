#!/usr/bin/env bash
# Holds the sources to the rooms: check_includes.sh [ROOT]. What a room may include is read from ROOT/CMakeLists.txt,
# `hone_room(NAME [TORCH] [USES room…])`. Prints one line for each forbidden include; exits 1 if there is one.
set -euo pipefail
root=${1:-$(dirname "$(readlink -f "$0")")/..}
cd "$root"

mapfile -t rooms < <(sed -nE 's/^ *hone_room\(([a-z_]+).*/\1/p' CMakeLists.txt)
(( ${#rooms[@]} )) || { echo "check_includes: $root/CMakeLists.txt names no room" >&2; exit 2; }
folders=()
for room in "${rooms[@]}"; do [[ ! -d $room ]] || folders+=("$room"); done

{
  sed -nE 's/^ *hone_room\(([^)]*)\).*/ROOM \1/p' CMakeLists.txt
  grep -rHnE --include='*.h' --include='*.cpp' '^[[:space:]]*#[[:space:]]*include' "${folders[@]}" || true
} | awk '
  function complain(what) { printf "%s:%s: %s\n", file, line, what; bad = 1 }

  $1 == "ROOM" {
    room = $2; is_room[room] = 1; may[room, room] = 1
    for (i = 3; i <= NF; ++i) {
      if ($i == "TORCH") torch[room] = 1
      else if ($i != "USES") may[room, $i] = 1
    }
    next
  }

  {
    # file:line:#include <x> or "x"
    split($0, at, ":"); file = at[1]; line = at[2]
    if (!match($0, /[<"][^>"]+[>"]/)) next  # a macro
    quoted = substr($0, RSTART, 1) == "\""
    target = substr($0, RSTART + 1, RLENGTH - 2)
    split(file, from, "/"); room = from[1]
    is_header = file ~ /\.h$/
    is_kernel = file ~ /\/kernels\//
    is_tokenizer = file ~ /^policies\/tokenizers\//
    is_libtorch = target ~ /^(torch|ATen|c10|caffe2)\//

    if (is_libtorch) {
      if (!torch[room] || is_tokenizer) complain(room (is_tokenizer ? "/tokenizers" : "") " is built without libtorch, and includes <" target ">")
      else if (is_header && target ~ /^torch\/|^ATen\/(ATen|Functions)\.h$/) complain("only .cpp files include <" target ">: in a header <ATen/core/ATen_fwd.h> or <ATen/core/Tensor.h>")
      libtorch[file] = target
    }
    else if (quoted) includes[file] = includes[file] " " target
    if (is_kernel) kernel[file]
    if (!quoted) {
      split(target, to, "/")
      if (is_room[to[1]] && to[1] != target) complain("write \"" target "\": hone'\''s own headers are quoted")
      next
    }
    split(target, to, "/")
    if (is_libtorch) complain("write <" target ">: libraries are included with angle brackets")
    else if (!is_room[to[1]]) complain("\"" target "\" does not begin with a room: includes are from the repository root")
    else if (is_tokenizer && to[1] != "core" && target !~ /^policies\/tokenizers\//) complain("policies/tokenizers may include core only, and includes \"" target "\"")
    else if (!((room, to[1]) in may)) complain(room " may not include " to[1] ": \"" target "\"")
  }

  # The first file with an include of libtorch, on the ways from `start` through the project.
  function libtorch_from(start, next_ones, count, i, found) {
    if (start in seen) return ""
    seen[start]
    if (start in libtorch) return start
    count = split(includes[start], next_ones, " ")
    for (i = 1; i <= count; ++i) if ((found = libtorch_from(next_ones[i])) != "") return found
    return ""
  }

  END {
    for (k in kernel) {
      delete seen
      if ((through = libtorch_from(k)) != "") {
        printf "%s: kernels are built without libtorch, and %s includes <%s>\n", k, through, libtorch[through]
        bad = 1
      }
    }
    exit bad
  }'
