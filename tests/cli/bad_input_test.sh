#!/usr/bin/env bash
# bad_input_test.sh HONE: what a user can mend gets one line that names the place, exit 2, and takes nothing with it.
source "$(dirname "$(readlink -f "$0")")/tiny_run.sh"

# refuses SENTENCE PATTERN ARGUMENTS…: the last line of stderr is the message; before it may stand what the run said.
refuses() {
  local sentence=$1 pattern=$2
  shift 2
  hone "$@"
  check "$sentence: exit 2, found $status" test "$status" -eq 2
  check "$sentence: says it last, in a line" eval 'tail -n 1 err | grep -qE "^hone: $pattern"'
  check "$sentence: one message" test "$(grep -c '^hone: ' err)" -eq 1
  check "$sentence: no backtrace" eval '! grep -qE "frame #|Exception raised|internal error" err'
}
with() {  # KEY=VALUE…: the arguments of a training with these
  arguments=(train train.json --out new --set train.max_steps=2)
  local value
  for value in "$@"; do arguments+=(--set "$value"); done
}
refuses_with() {  # SENTENCE PATTERN KEY=VALUE…
  local sentence=$1 pattern=$2
  shift 2
  with "$@"
  refuses "$sentence" "$pattern" "${arguments[@]}"
  rm -rf new
}

# The command line.
refuses "an unknown command" 'there is no command "pretrian", did you mean "pretrain"\?; see hone --help$' pretrian
refuses "no command" '.*; see hone --help$'
refuses "a missing argument" 'config is required; see hone train --help$' train
refuses "an unknown option" '.*--bogus; see hone train --help$' train train.json --bogus
refuses "an option out of range" '--threads: .*; see hone train --help$' train train.json --threads 0
refuses "an assignment without a value" '--set nonsense: needs key\.path=value$' train train.json --set nonsense

# The config.
refuses "a missing config" 'nowhere\.json: cannot read: No such file' train nowhere.json
printf '{"seed": 1,\n "policy": {"path": }}' >malformed.json
refuses "malformed JSON" 'malformed\.json:2:21: syntax error' train malformed.json
refuses_with "an unknown key" 'train\.json: unknown key train\.learning_rat, did you mean train\.learning_rate\?$' train.learning_rat=1
refuses_with "a wrong type" 'train\.json: train\.max_steps is "many", needs an integer$' train.max_steps=many
refuses_with "a value out of range" 'train\.json: rollout\.num_generations is 1, needs at least 2$' rollout.num_generations=1
refuses_with "an unknown domain" 'train\.json: data\.sources\.0\.domain is "arithmetics", needs one of "arithmetic"' data.sources.0.domain=arithmetics
refuses_with "an unknown scorer" 'train\.json: scorers\.format: there is no scorer "fromat".*did you mean "format"\?$' scorers.format.type=fromat
refuses_with "an unknown scorer of a set" 'train\.json: eval\.sets\.0\.scorers\.a: there is no scorer "b"' eval.sets.0.scorers.a.type=b
refuses_with "an unknown loss" 'train\.json: algorithm\.loss_type is "gripo", needs one of "grpo"' algorithm.loss_type=gripo
refuses_with "an unknown chat template" 'train\.json: policy\.chat_template is "plane", needs one of "auto", "plain"' policy.chat_template=plane
refuses_with "an unknown device" 'train\.json: policy\.device is "cudda", needs cpu, cuda or cuda:N$' policy.device=cudda
refuses_with "a device without data" 'train\.json: policy\.device is "meta", needs cpu, cuda or cuda:N$' policy.device=meta
refuses_with "a device that is not there" 'train\.json: policy\.device is "cuda:99", but libtorch finds [0-9]+ CUDA devices here$' policy.device=cuda:99
refuses_with "samples that the loss would misjudge" 'train\.json: rollout\.top_k, .*must be off' rollout.top_p=0.9
refuses "a device of pretraining" 'pretrain\.json: policy\.device is "cudda"' pretrain pretrain.json --out new --set policy.device=cudda
refuses "fine-tuning of nothing" 'pretrain\.json: policy\.path is missing' sft pretrain.json --out new

# The policy.
refuses_with "a missing policy" '.*/nowhere/config\.json: cannot read: No such file' policy.path=nowhere
cp -r base reshaped
sed -i 's/"intermediate_size": *24/"intermediate_size": 32/' reshaped/config.json
refuses_with "weights of another shape" '.*reshaped/model\.safetensors: .*model\.layers\.0\.mlp\.gate_proj\.weight.*\[24, 16\].*\[32, 16\]' policy.path=reshaped
cp -r base torn
truncate -s 20000 torn/model.safetensors
refuses_with "weights that are cut off" '.*torn/model\.safetensors: ' policy.path=torn

# The data.
printf '{"id": "a", "question": "1+1?", "answer": "2"}\n{"id": "b", "question": \n' >torn.jsonl
refuses_with "a malformed line of a source" '.*/torn\.jsonl:2: needs one JSON value a line' 'data.sources=[{"path": "torn.jsonl"}]'
refuses_with "a malformed line of a set" '.*/torn\.jsonl:2: needs one JSON value a line' 'eval.sets=[{"name": "torn", "path": "torn.jsonl", "n": 0}]'
refuses_with "a missing source" '.*/nowhere\.jsonl: cannot be opened: No such file' 'data.sources=[{"path": "nowhere.jsonl"}]'
refuses_with "a prompt longer than the context" \
  'question arithmetic/train/5/0: its prompt has [0-9]+ tokens, which with max_completion_length 250 passes the policy.s context of 256$' \
  rollout.max_completion_length=250
refuses_with "a set's prompt longer than the context" 'question arithmetic/eval/1/0: its prompt has' eval.sets.0.max_completion_length=250

# A question in the middle of a run: what was learnt before it is kept.
for i in $(seq 1 11); do printf '{"id": "q%d", "question": "%d+1?", "answer": "2"}\n' "$i" "$i"; done >late.jsonl
printf '{"id": "long", "question": "%s?", "answer": "2"}\n' "$(seq -s + 1 200)" >>late.jsonl
late=('data.sources=[{"path": "late.jsonl"}]' rollout.prompts_per_step=1 train.max_steps=24 checkpoint.every=0)
with "${late[@]}"
refuses "a long question in the middle of a run" 'question long: its prompt has' "${arguments[@]}"
steps=$(($(wc -l <new/metrics.jsonl) - 1))
check "some steps were done before it" test "$steps" -gt 0
check "they are kept" test -e "new/checkpoints/step-$(printf %06d "$steps")"
rm -rf new

# The run's folder.
touch file
refuses "a folder below a file" 'file/run: cannot make the run.s folder: Not a directory$' train train.json --out file/run
refuses "a folder that is a file" 'file: cannot make the run.s folder: Not a directory$' train train.json --out file
short=(train train.json --out run --set train.max_steps=4)
hone "${short[@]}"
cp -r run kept
refuses "a folder that holds a run" 'run holds a run: go on with --resume' "${short[@]}"
refuses "a folder that holds a base" 'base holds a run: go on with --resume' pretrain pretrain.json --out base
refuses "another seed on --resume" \
  'train\.json: seed is 9, but the run began with 5 \(run/config\.json\): --resume cannot change it' "${short[@]}" --resume --set seed=9
refuses "another set on --resume" 'train\.json: eval\.sets\.0\.n is 9, but the run began with 8' "${short[@]}" --resume --set eval.sets.0.n=9
refuses "one set less on --resume" 'train\.json: eval\.sets is \[\], but the run began with \[\{' "${short[@]}" --resume --set eval.sets=[]
check "a refused run is as it was" diff -r -x .lock run kept
hone "${short[@]}" --resume --set train.max_steps=6 --set checkpoint.every=3 --set eval.every=2 --set train.micro_batch_tokens=64
check "a longer run, saved and evaluated at other steps, is the same run" test "$status" -eq 0
check "it goes on" test "$(tail -n 1 run/metrics.jsonl | grep -c '^{"step":6,')" -eq 1
mkdir empty
hone train train.json --out empty --resume --set train.max_steps=1
check "--resume of nothing begins anew" test "$status" -eq 0

# Two runs in one folder.
"$hone" train train.json --out shared --set rollout.prompts_per_step=2000 --set train.max_steps=3 >first.out 2>first.err &
first=$!
until [ -e shared/metrics.jsonl ]; do kill -0 "$first" || break; done
refuses "a folder in use" 'shared: another run is using this folder \(process [0-9]+\)' train train.json --out shared
wait "$first"
check "the first run goes on" test "$?" -eq 0
check "and ends" test "$(tail -n 1 shared/metrics.jsonl | grep -c '^{"step":3,')" -eq 1

# A disk that fills while a checkpoint is written. Without root, a limit on the size of files stands in for it.
check_full() {  # FOLDER: a run of 4 steps whose fifth checkpoint did not fit
  check "a full disk: exit 2, found $status" test "$status" -eq 2
  check "a full disk: one line" test "$(grep -c '^hone: ' err)" -eq 1
  check "a full disk: names the file" grep -qE "^hone: $1/.*: cannot .*(No space left on device|File too large)$" err
  check "a full disk: the checkpoint before is whole" diff -r "$1/checkpoints/step-000004" kept/checkpoints/step-000004
  check "a full disk: nothing unfinished is left" eval '! compgen -G "$1/checkpoints/.step*" >out'
  check "a full disk: no later checkpoint" test ! -e "$1/checkpoints/step-000005"
}
long=(--resume --set train.max_steps=8 --set logging.tensorboard=false)
cp -r kept limited
(
  trap '' XFSZ
  ulimit -f 50
  timeout 60 "$hone" train train.json --out limited "${long[@]}" >out 2>err
)
status=$?
check_full limited
hone train train.json --out limited "${long[@]}"
check "after a full disk: the run goes on" test "$status" -eq 0
mkdir disk
if mount -t tmpfs -o size=600k tmpfs disk 2>out; then
  trap 'umount "$place/disk"; rm -rf "$place"' EXIT
  mkdir disk/run
  cp -r kept/. disk/run
  head -c 1M /dev/zero >disk/rest 2>out
  # Room for the log's lines and a part of the checkpoint.
  truncate -s -61440 disk/rest
  hone train train.json --out disk/run "${long[@]}"
  check_full disk/run
  rm disk/rest
  hone train train.json --out disk/run "${long[@]}"
  check "after a full disk: the run goes on" test "$status" -eq 0
  check "after a full disk: the same weights" cmp disk/run/checkpoints/step-000008/model.safetensors limited/checkpoints/step-000008/model.safetensors
fi
finish
