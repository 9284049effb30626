#!/usr/bin/env bash
# find_package_test.sh BUILD: installs the headers for scorers out of hone's build folder, builds the example of a shared
# library against them as a stranger would, and scores with it. Also holds hone_scorer.h to C99.
set -euo pipefail
build=$(readlink -f "$1")
root=$(readlink -f "$(dirname "$0")/../..")
work=$build/tests/find_package
rm -rf "$work"
mkdir -p "$work"

cmake --install "$build" --prefix "$work/prefix" --component scorer >"$work/install.log"
files=$(cd "$work/prefix" && find . -type f | sort)
[[ $(wc -l <<<"$files") == 4 && $files == *include/hone/hone_scorer.h* && $files == *honeConfig.cmake* ]] ||
  { printf 'the component holds other files than two headers and two of CMake:\n%s\n' "$files"; exit 1; }

cmake -G Ninja -S "$root/examples/scorers/shared_library" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_BUILD_TYPE=Release >"$work/build.log" 2>&1 && cmake --build "$work/build" >>"$work/build.log" 2>&1 ||
  { cat "$work/build.log"; exit 1; }
"$build/test_rewards" '[find_package]'

printf '#include <hone_scorer.h>\nint main(void) { return sizeof(hone_scorer) == 0; }\n' |
  cc -std=c99 -Wall -Wextra -Werror -pedantic -I"$work/prefix/include/hone" -fsyntax-only -x c -
echo 'the example was built against the installed headers, loaded, and scored'
