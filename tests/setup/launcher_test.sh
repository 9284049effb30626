#!/usr/bin/env bash
# The launcher around a program of one file and a libtorch that is only a version number, so that a build takes a second.
set -uo pipefail
source_root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
unset CMAKE_PREFIX_PATH HONE_PRESET HONE_JOBS
failed=0
passed=0

# check SENTENCE COMMAND…
check() {
  local sentence=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n' "$sentence"; head -n 20 "$tree/out" "$tree/err"; fi
}

write_libtorch() {  # FOLDER VERSION
  mkdir -p "$1/share/cmake/Torch"
  printf 'set(PACKAGE_VERSION "%s")\n' "$2" >"$1/share/cmake/Torch/TorchConfigVersion.cmake"
  touch "$1/share/cmake/Torch/TorchConfig.cmake"
}

project=$tree/project
mkdir -p "$project/cmake" "$project/room" "$project/tests" "$tree/elsewhere"
cp "$source_root/hone" "$source_root/CMakePresets.json" "$project/"
cat >"$project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(launched LANGUAGES CXX)
file(GLOB sources CONFIGURE_DEPENDS room/*.cpp)
add_executable(hone ${sources})
file(WRITE "${PROJECT_BINARY_DIR}/watched.txt" "room\n")
CMAKE
cat >"$project/room/main.cpp" <<'CPP'
#include <cstdio>
#include <unistd.h>
int main(int count, char** words) {
  char folder[4096];
  std::printf("%s", getcwd(folder, sizeof folder) ? folder : "?");
  for (int i = 1; i < count; ++i) std::printf("|%s", words[i]);
  std::printf("\n");
  return count == 1 ? 7 : 0;
}
CPP
write_libtorch "$tree/libtorch" 2.6.0
write_libtorch "$tree/old" 2.5.1
export HONE_LIBTORCH=$tree/libtorch

# launch ARGUMENT…: from another folder; leaves $status, $tree/out and $tree/err.
launch() { (cd "$tree/elsewhere" && "$project/hone" "$@") >"$tree/out" 2>"$tree/err"; status=$?; }
prints() { [[ $(<"$tree/out") == "$1" ]]; }
says() { grep -q -- "$1" "$tree/err"; }

launch train a.json --set 'x=1 2'
check "the program gets its words, and the caller's folder" prints "$tree/elsewhere|train|a.json|--set|x=1 2"
check "it says what it builds" says 'building build/release'
launch
check "the program's exit status is the launcher's" test "$status" = 7

started=$(date +%s%N)
launch again
elapsed_ms=$(( ($(date +%s%N) - started) / 1000000 ))
check "when nothing changed it says nothing" test ! -s "$tree/err"
check "when nothing changed it takes less than 300 ms, took $elapsed_ms" test "$elapsed_ms" -lt 300

ln -s "$project/hone" "$tree/elsewhere/hone"
(cd "$tree/elsewhere" && ./hone linked) >"$tree/out" 2>"$tree/err"
check "a link to the launcher finds the project" prints "$tree/elsewhere|linked"

sed -i 's/%s\\n/&/; s/"|%s"/";%s"/' "$project/room/main.cpp"
launch edited
check "an edited source is built" prints "$tree/elsewhere;edited"

printf 'int unused() { return 0; }\n' >"$project/room/extra.cpp"
launch x
check "a new source is built" test -e "$project/build/release/CMakeFiles/hone.dir/room/extra.cpp.o"
rm "$project/room/extra.cpp"
launch x
check "a deleted source leaves the build" says 'building'

touch "$project/room/main.cpp"
(cd "$tree" && "$project/hone" one >"$tree/one" 2>"$tree/one.err") &
(cd "$tree" && "$project/hone" two >"$tree/two" 2>"$tree/two.err") &
wait
cat "$tree/one" "$tree/two" >"$tree/out"
check "two launchers at once both run" test "$(grep -c "^$tree;" "$tree/out")" = 2
check "two launchers at once build once" test "$(cat "$tree"/{one,two}.err | grep -c 'building')" = 1

echo 'nonsense' >>"$project/room/main.cpp"
launch x
check "a build that fails is exit 1" test "$status" = 1
check "a build that fails runs nothing" test ! -s "$tree/out"
sed -i '$d' "$project/room/main.cpp"
launch mended
check "a mended source is built" prints "$tree/elsewhere;mended"

HONE_LIBTORCH=$tree/nowhere launch x
check "a HONE_LIBTORCH without libtorch is refused" test "$status" = 2
check "…and named" says "HONE_LIBTORCH=$tree/nowhere holds no libtorch"
HONE_LIBTORCH=$tree/old launch x
check "a libtorch older than 2.6 is refused" test "$status" = 2
check "…with its version" says 'libtorch 2.5.1 in .* is too old'
HONE_LIBTORCH='' CMAKE_PREFIX_PATH=$tree/nowhere:$tree/libtorch launch x
check "CMAKE_PREFIX_PATH is searched for libtorch" test "$status" = 0
HONE_PRESET=asan launch x
check "a preset without a program is refused" test "$status" = 2

# Without root, on a machine without ninja: everything that PATH had, but for ninja.
mkdir "$tree/bin"
IFS=: read -ra path <<<"$PATH"
for folder in "${path[@]}"; do
  for tool in bash env c++ cmake apt-get apt-cache dirname readlink sed head sort grep find flock mkdir uname sh; do
    [[ ! -x $folder/$tool || -e $tree/bin/$tool ]] || ln -s "$folder/$tool" "$tree/bin/$tool"
  done
done
touch "$project/room/main.cpp"
chmod -R a+rwX "$project"
user=()
(( EUID != 0 )) || user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
"${user[@]}" env PATH="$tree/bin" "$project/hone" x >"$tree/out" 2>"$tree/err"
status=$?
check "without root a missing package is exit 2" test "$status" = 2
check "…named as Debian names it" says 'ninja-build'
if grep -q 'Run this line as root' "$tree/err"; then
  check "…with one line to run" test "$(grep -c 'apt-get' "$tree/err")" = 1
fi

printf 'launcher: %d passed, %d failed\n' "$passed" "$failed"
exit $((failed > 0))
