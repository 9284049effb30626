#!/usr/bin/env bash
# Writes the tables of docs/configuration.md anew from the program: what stands between `<!-- COMMAND -->` and
# `<!-- end -->` becomes what `./COMMAND` prints. A test of the room cli holds the page to it.
#   docs/update_configuration.sh [PROGRAM]
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
program=${1:-$root/hone}
page=$root/docs/configuration.md
new=$(mktemp)
trap 'rm -f "$new"' EXIT

skipping=
while IFS= read -r line; do
  if [[ $line == '<!-- end -->' ]]; then skipping=; fi
  if [[ -z $skipping ]]; then printf '%s\n' "$line"; fi
  if [[ $line =~ ^'<!-- hone '(.*)' -->'$ ]]; then
    read -ra arguments <<<"${BASH_REMATCH[1]}"
    "$program" "${arguments[@]}" </dev/null
    skipping=yes
  fi
done <"$page" >"$new"
cp "$new" "$page"
