#!/usr/bin/env bash
# corrupt_files_test.sh HONE: a policy's folder whose files are cut off, flipped, wrongly shaped or of absurd sizes is
# refused in one line that names the file, and the tensor where there is one: never a crash, a hang or a huge allocation.
# Every damage gets a folder of its own; the program then runs over all of them, as many at once as there are cores.
set -uo pipefail
hone=$(readlink -f "$1")
fixtures=$(readlink -f "$(dirname "$(readlink -f "$0")")/../fixtures")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
export hone OMP_WAIT_POLICY=passive LC_ALL=C
passed=0
failed=0
cases=0

mkdir whole sharded
cp "$fixtures"/hf/tiny_llama_tied/{config,generation_config}.json "$fixtures/hf/tiny_llama_tied/model.safetensors" whole
cp "$fixtures"/hf/tiny_llama_untied_sharded/* sharded
for folder in whole sharded; do cp "$fixtures/tokenizer/bpe.model" "$folder/tokenizer.model"; done
printf '{"id": 1, "token_ids": [1, 5, 6, 7], "completion_start": 2}\n' >ids.jsonl
printf '{"id": 1, "text": "3 + 4 = 7\\n and \\u00e9 \\u2581"}\n' >text.jsonl

# Address space for one run: the least of these that the whole policy needs, as libtorch's libraries differ in size.
for limit_kb in 2000000 4000000 8000000 16000000 64000000; do
  if (ulimit -v "$limit_kb"; "$hone" logprobs --threads 1 --policy whole --input ids.jsonl) >out 2>err; then break; fi
done
export limit_kb

# -------------------------------------------------------------------------------------------------------- damages

# damage FROM SENTENCE PATTERN: copies a folder to damage it; sets `at`. PATTERN is what the message has to hold behind
# "hone: <folder>/"; "?" where the damage may also do no harm.
damage() {
  cases=$((cases + 1))
  at=$cases
  cp -r "$1" "$at"
  printf '%s\n' "$2" >"$at.sentence"
  printf '%s\n' "$3" >"$at.pattern"
  echo logprobs >"$at.command"
}
use() { echo "$1" >"$at.command"; }

# little_endian NUMBER (a 64-bit number, negative ones too)
little_endian() {
  local i
  for ((i = 0; i < 8; ++i)); do printf "\\x$(printf %02x $((($1 >> (8 * i)) & 255)))"; done
}
# overwrite FILE OFFSET: with standard input
overwrite() { dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
# flip FILE OFFSET BIT
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  printf "\\x$(printf %02x $((byte ^ (1 << $3))))" | overwrite "$1" "$2"
}
random_state=7
# random BELOW: sets `drawn`. The same draws with every bash.
random() {
  random_state=$(((random_state * 1103515245 + 12345) & 0x7fffffff))
  drawn=$(((random_state >> 8) % $1))
}

weights=whole/model.safetensors
size=$(stat -c %s "$weights")
header_bytes=$(od -An -tu8 -N 8 "$weights" | tr -d ' ')
data_at=$((8 + header_bytes))
tail -c +9 "$weights" | head -c "$header_bytes" >header
tail -c +$((data_at + 1)) "$weights" >data

# with_header SED_SCRIPT: the damaged folder's weights get the header that the script makes of the good one.
with_header() {
  sed "$1" header >changed
  if cmp -s header changed; then echo "the script changes nothing: $1" >&2; exit 1; fi
  { little_endian "$(stat -c %s changed)"; cat changed data; } >"$at/model.safetensors"
}
# header SENTENCE PATTERN SED_SCRIPT
header() {
  damage whole "$1" "model\.safetensors: $2"
  with_header "$3"
}

for bytes in 0 1 7 8 9 100 1000 $((data_at - 1)) "$data_at" $((data_at + 1)) 10000 20000 40000 60000 $((size - 4)) $((size - 1)); do
  damage whole "weights cut off at byte $bytes" 'model\.safetensors: '
  truncate -s "$bytes" "$at/model.safetensors"
done
damage whole "a byte behind the weights" 'model\.safetensors: 1 bytes behind the last tensor belong to none'
printf x >>"$at/model.safetensors"
for length in 0 1 $((header_bytes - 1)) $((header_bytes + 1)) "$size" 100000001 2147483647 4294967296 9223372036854775807 -1 -9223372036854775808; do
  damage whole "a header's length of $length" 'model\.safetensors: '
  little_endian "$length" | overwrite "$at/model.safetensors" 0
done
for ((i = 0; i < 200; ++i)); do
  random "$data_at"
  offset=$drawn
  random 8
  damage whole "bit $drawn of the header's byte $offset flipped" '?'
  flip "$at/model.safetensors" "$offset" "$drawn"
done
flips_end=$cases

embedding='"model\.embed_tokens\.weight":{"dtype":"F32","shape":\[96,32\],"data_offsets":\[0,12288\]}'
named='tensor "model\.embed_tokens\.weight"'
# embedding SENTENCE PATTERN DTYPE SHAPE OFFSETS
embedding() {
  header "$1" "$2" 's/'"$embedding"'/"model.embed_tokens.weight":{"dtype":'"$3"',"shape":'"$4"',"data_offsets":'"$5"'}/'
}
embedding "a turned shape" "$named .*\[32, 96\].*\[96, 32\]" '"F32"' '[32,96]' '[0,12288]'
embedding "a shape with a dimension more" "$named .*\[96, 32, 1\].*\[96, 32\]" '"F32"' '[96,32,1]' '[0,12288]'
embedding "a shape with a dimension less" "$named .*\[3072\].*\[96, 32\]" '"F32"' '[3072]' '[0,12288]'
embedding "a shape that is too large" "$named needs 12672 bytes" '"F32"' '[99,32]' '[0,12288]'
embedding "a shape whose bytes overflow" "$named needs more than 2\^63 bytes" '"F32"' '[4294967296,4294967296]' '[0,12288]'
embedding "a shape of 10^18 numbers" "$named needs 4000000000000000000 bytes" '"F32"' '[1000000000,1000000000]' '[0,12288]'
embedding "an empty shape with a huge dimension" "$named needs more than 2\^63 bytes" '"F32"' '[0,9223372036854775807]' '[0,0]'
embedding "a negative dimension" "$named, \"shape\" holds a negative number" '"F32"' '[-96,-32]' '[0,12288]'
embedding "a dimension that is no number" "$named, \"shape\" holds a string" '"F32"' '["96",32]' '[0,12288]'
embedding "a dimension that is NaN" 'the header is not JSON' '"F32"' '[NaN,32]' '[0,12288]'
embedding "a dimension of 1e999" 'the header is not JSON' '"F32"' '[1e999,32]' '[0,12288]'
embedding "another dtype of other size" "$named needs 6144 bytes" '"BF16"' '[96,32]' '[0,12288]'
embedding "another dtype of the same size" "$named .*I32" '"I32"' '[96,32]' '[0,12288]'
embedding "a dtype that is not known" "$named, \"dtype\" is \"F8_E4M3\"" '"F8_E4M3"' '[96,32]' '[0,12288]'
embedding "offsets that overlap" 'tensor "model\.layers\.0\.input_layernorm\.weight" begins at byte 12288' '"F32"' '[96,33]' '[0,12672]'
embedding "offsets that leave a gap" 'tensor "model\.layers\.0\.input_layernorm\.weight" begins at byte 12288' '"F32"' '[64,32]' '[0,8192]'
embedding "offsets that run backwards" "$named has data_offsets \[12288, 0\]" '"F32"' '[96,32]' '[12288,0]'
embedding "offsets past the end" "$named has data_offsets" '"F32"' '[96,32]' '[18446744073709539327,18446744073709551615]'
embedding "one offset" "$named needs dtype, shape and two data_offsets" '"F32"' '[96,32]' '[0]'
header "a tensor that is missing" 'no tensor "model\.norm\.weight"' 's/model\.norm\.weight/model.norm.weighs/'
header "a name that is there twice" 'tensor "model\.embed_tokens\.weight" is there twice' 's/model\.norm\.weight/model.embed_tokens.weight/'
header "a header nested 5,000 deep" 'tensor "w" holds an array' "s/.*/{\"w\":$(printf '[%.0s' $(seq 5000))/"
header "a name with a line's end in it" 'no tensor' 's/model\.norm\.weight/a\\nb\\u001b[2J/'
damage whole "weights that are a folder" 'model\.safetensors: cannot be read: Is a directory'
rm "$at/model.safetensors"
mkdir "$at/model.safetensors"
damage whole "weights that are a pipe" 'model\.safetensors: cannot be read: '
rm "$at/model.safetensors"
mkfifo "$at/model.safetensors"

# shards SENTENCE PATTERN SED_SCRIPT
map=model.safetensors.index.json
shards() {
  damage sharded "$1" "$2"
  sed -i "$3" "$at/$map"
}
outside='model\.safetensors\.index\.json: weight_map\."lm_head\.weight" needs the plain name of a file in this folder'
shards "a shard outside of the folder" "$outside" 's|\("lm_head.weight": "\)|\1../whole/|'
shards "a shard with an absolute path" "$outside" 's|\("lm_head.weight": "\)[^"]*|\1/etc/passwd|'
shards "a shard that is the folder" "$outside" 's|\("lm_head.weight": "\)[^"]*|\1.|'
shards "a shard that is no text" "$outside" 's|\("lm_head.weight": \)[^,]*|\1{"a": 1}|'
shards "a shard that is not there" 'absent\.safetensors: cannot be read: No such file' 's|\("lm_head.weight": "\)[^"]*|\1absent.safetensors|'
shards "a shard that is the config" 'config\.json: ' 's|\("lm_head.weight": "\)[^"]*|\1config.json|'
shards "a tensor placed in another shard" 'model-00002-of-00003\.safetensors: no tensor "lm_head\.weight"' \
  's|\("lm_head.weight": "\)[^"]*|\1model-00002-of-00003.safetensors|'
shards "a tensor that the map leaves out" 'model\.safetensors\.index\.json: no tensor "lm_head\.weight"' 's|"lm_head.weight"|"lm_tail.weight"|;s|\("lm_tail.weight": "\)[^"]*|\1x|;/"lm_tail.weight"/d'
shards "a map with a number of no size" 'model\.safetensors\.index\.json: is not JSON' 's|"total_size": [0-9]*|"total_size": 1e999|'
for bytes in 0 1 100 500 1500; do
  damage sharded "a map cut off at byte $bytes" 'model\.safetensors\.index\.json: is not JSON'
  truncate -s "$bytes" "$at/$map"
done
damage sharded "a map that is nested 100,000 deep" 'model\.safetensors\.index\.json: is not JSON'
printf '{"metadata":%s' "$(head -c 100000 /dev/zero | tr '\0' '[')" >"$at/$map"
damage sharded "a map of a terabyte" 'model\.safetensors\.index\.json: '
truncate -s 1T "$at/$map"
damage sharded "a shard that is cut off" 'model-00002-of-00003\.safetensors: '
truncate -s 2000 "$at/model-00002-of-00003.safetensors"

# config SENTENCE PATTERN SED_SCRIPT
config() {
  damage whole "$1" "$2"
  sed -i "$3" "$at/config.json"
}
# Sizes that the config's own bounds allow. Nothing may be allocated before the weights are known to have them.
shaped='model\.safetensors: .*tensor "[a-z0-9_.]*".*\[96, 32\].*\[[0-9]*, [0-9]*\]'
config "the largest vocabulary" "$shaped" 's/"vocab_size": [0-9]*/"vocab_size": 16777216/'
config "the largest width" 'model\.safetensors: .*tensor ".*\[[0-9, ]*\]' 's/"hidden_size": [0-9]*/"hidden_size": 1048576/'
config "the largest vocabulary and width" 'model\.safetensors: .*tensor ".*\[[0-9, ]*\]' \
  's/"vocab_size": [0-9]*/"vocab_size": 16777216/;s/"hidden_size": [0-9]*/"hidden_size": 1048576/'
config "the largest inner width" 'model\.safetensors: .*tensor ".*mlp.*\[[0-9, ]*\]' 's/"intermediate_size": [0-9]*/"intermediate_size": 1048576/'
config "the most layers" 'model\.safetensors: no tensor "model\.layers\.2\.' 's/"num_hidden_layers": [0-9]*/"num_hidden_layers": 4096/'
config "the most and widest heads" 'model\.safetensors: .*tensor ".*self_attn.*\[[0-9, ]*\]' \
  's/"num_attention_heads": [0-9]*/"num_attention_heads": 4096/;s/"num_key_value_heads": [0-9]*/"num_key_value_heads": 4096/;s/"head_dim": [0-9]*/"head_dim": 4096/'
config "all sizes at once" 'model\.safetensors: .*tensor ".*' \
  's/"\(vocab\|hidden\|intermediate\)_size": [0-9]*/"\1_size": 1048576/;s/"num_hidden_layers": [0-9]*/"num_hidden_layers": 4096/'
config "the longest context" '?' 's/"max_position_embeddings": [0-9]*/"max_position_embeddings": 1073741824/'
config "a size out of bounds" 'config\.json: vocab_size is 9223372036854775808, needs an integer from' 's/"vocab_size": [0-9]*/"vocab_size": 9223372036854775808/'
config "a negative size" 'config\.json: hidden_size is -32, needs' 's/"hidden_size": /"hidden_size": -/'
config "a size of 1e999" 'config\.json: is not JSON' 's/"hidden_size": [0-9]*/"hidden_size": 1e999/'
config "a size that is text" 'config\.json: hidden_size is "\\n.*", needs' 's/"hidden_size": [0-9]*/"hidden_size": "\\n\\u001b[2J"/'
config "an empty config" 'config\.json: is not JSON' d
damage whole "a config of random bytes" 'config\.json: is not JSON'
head -c 4000 "$fixtures/tokenizer/bpe.model" >"$at/config.json"
damage whole "a config that is nested 100,000 deep" 'config\.json: is nested deeper'
head -c 100000 /dev/zero | tr '\0' '[' >"$at/config.json"
damage whole "a config of a terabyte" 'config\.json: has 1099511627776 bytes'
truncate -s 1T "$at/config.json"
damage whole "a config without end" 'config\.json: '
ln -sf /dev/zero "$at/config.json"
damage whole "a generation config that is garbage" 'generation_config\.json: is not JSON'
printf '{"eos_token_id": [2, ' >"$at/generation_config.json"

tokenizer=whole/tokenizer.model
tokenizer_bytes=$(stat -c %s "$tokenizer")
# Cut between two pieces it is a smaller model, and most of its bits are scores.
for ((i = 1; i <= 12; ++i)); do
  damage whole "a tokenizer cut off after $i thirteenths" '?'
  truncate -s $((tokenizer_bytes * i / 13)) "$at/tokenizer.model"
  use tokenize
done
for ((i = 0; i < 40; ++i)); do
  random "$tokenizer_bytes"
  offset=$drawn
  random 8
  damage whole "bit $drawn of the tokenizer's byte $offset flipped" '?'
  flip "$at/tokenizer.model" "$offset" "$drawn"
  use tokenize
done
damage whole "an empty tokenizer" 'tokenizer\.model: is not a SentencePiece model'
truncate -s 0 "$at/tokenizer.model"
damage whole "a tokenizer that is JSON" 'tokenizer\.model: is not a SentencePiece model'
cp whole/config.json "$at/tokenizer.model"
damage whole "a tokenizer of a terabyte" 'tokenizer\.model: '
truncate -s 1T "$at/tokenizer.model"
damage whole "a tokenizer without end" 'tokenizer\.model: '
ln -sf /dev/zero "$at/tokenizer.model"

# A tokenizer.json alone.
cp -r whole json_only
rm json_only/tokenizer.model
tr '\0' '\n' <"$fixtures/../fuzz/corpus/tokenizer_json/byte_level" | head -n 1 >json_only/tokenizer.json
"$hone" tokenize --policy json_only text.jsonl >out 2>err
if grep -q 'tokenizer\.json, which is not supported' err; then
  echo 'damages of tokenizer.json: left out, as tokenizer.json is not supported'
else
  json_bytes=$(stat -c %s json_only/tokenizer.json)
  for bytes in 0 1 10 $((json_bytes / 2)) $((json_bytes - 2)); do
    damage json_only "a tokenizer.json cut off at byte $bytes" 'tokenizer\.json: '
    truncate -s "$bytes" "$at/tokenizer.json"
    use tokenize
  done
  for ((i = 0; i < 40; ++i)); do
    random "$json_bytes"
    offset=$drawn
    random 8
    damage json_only "bit $drawn of tokenizer.json's byte $offset flipped" '?'
    flip "$at/tokenizer.json" "$offset" "$drawn"
    use tokenize
  done
  # json SENTENCE SED_SCRIPT
  json() {
    damage json_only "$1" 'tokenizer\.json: '
    sed -i "$2" "$at/tokenizer.json"
    use tokenize
  }
  json "a tokenizer.json of a model that is not known" 's/"type":"BPE"/"type":"Bytes"/'
  json "a token's id of 2^31" 's/"abc":[0-9]*/"abc":2147483648/'
  json "a token's id of 10^9" 's/"abc":[0-9]*/"abc":1000000000/'
  json "a negative token's id" 's/"abc":[0-9]*/"abc":-1/'
  json "a vocabulary that is a list" 's/"vocab":{[^}]*}/"vocab":[1]/'
  json "merges of tokens that are not there" 's/"ab c"/"xy z"/'
  json "a tokenizer.json nested 100,000 deep" "s/.*/$(head -c 100000 /dev/zero | tr '\0' '[')/"
  damage json_only "a tokenizer.json of a terabyte" 'tokenizer\.json: '
  truncate -s 1T "$at/tokenizer.json"
fi

# ----------------------------------------------------------------------------------------------------------- runs

run_one() {
  local command
  read -r command <"$1.command"
  if [ "$command" = tokenize ]; then set -- "$1" tokenize --policy "$1" text.jsonl
  else set -- "$1" logprobs --threads 1 --policy "$1" --input ids.jsonl; fi
  ulimit -v "$limit_kb"
  ulimit -c 0
  timeout -s KILL 5 "$hone" "${@:2}" >"$1.out" 2>"$1.err" </dev/null
  echo "$?" >"$1.status"
}
export -f run_one
seq "$cases" | xargs -P "$(nproc)" -I{} bash -c 'run_one {}' 2>xargs.err

# verdict NUMBER: prints what is wrong with it
verdict() {
  local status pattern
  read -r status <"$1.status"
  read -r pattern <"$1.pattern"
  if [ "$pattern" = '?' ]; then
    if [ "$status" -eq 0 ]; then
      [ -s "$1.out" ] || echo "exit 0 and no output"
      return
    fi
    pattern=
  fi
  [ "$status" -eq 2 ] || echo "exit $status, needs 2"
  [ "$(wc -l <"$1.err")" -eq 1 ] || echo "$(wc -l <"$1.err") lines on stderr, needs 1"
  grep -qE "^hone: (.*/)?$1/$pattern" "$1.err" || echo "no message with: $pattern"
  [ "$(wc -c <"$1.err")" -lt 1000 ] || echo "a message of $(wc -c <"$1.err") bytes"
  ! grep -q '[[:cntrl:]]' "$1.err" || echo "a control character in the message"
}
for ((i = 1; i <= cases; ++i)); do
  wrong=$(verdict "$i")
  if [ -z "$wrong" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s: %s\n' "$(cat "$i.sentence")" "${wrong//$'\n'/; }"
    head -n 5 "$i.err" | cut -c 1-300
  fi
done
refused=$(seq "$((flips_end - 199))" "$flips_end" | sed 's/$/.status/' | xargs grep -lx 2 | wc -l)
if [ "$refused" -ge 150 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: only $refused of 200 flips in the header were refused"; fi
printf '%d checks passed, %d failed, in %d s\n' "$passed" "$failed" "$SECONDS"
[ "$failed" -eq 0 ]
