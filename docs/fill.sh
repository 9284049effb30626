# To be sourced by the scripts that write figures into documents.

# fill FILE NAME: what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` becomes standard input.
fill() {
  local new
  new=$(mktemp)
  NAME=$2 awk '
    BEGIN { while ((getline line < "/dev/stdin") > 0) block = block line "\n" }
    $0 == "<!-- " ENVIRON["NAME"] ":end -->" { skipping = 0 }
    !skipping { print }
    $0 == "<!-- " ENVIRON["NAME"] ":begin -->" { printf "%s", block; skipping = 1 }' "$1" >"$new"
  cat "$new" >"$1"
  rm "$new"
}

# base_in_words FOLDER: what a base's pretraining.json says, in one line.
base_in_words() {
  jq -r '"\(.parameters.total) parameters, \(.tokens) tokens, \(.model_flops / 1e12 * 10 | round / 10) TFLOP (model), " +
    "\(.seconds / 6 | round / 10) minutes on \(.hardware), \(.stages[-1].dtype) over float32 masters, seed \(.stages[-1].seed)."' \
    "$1/pretraining.json"
}
