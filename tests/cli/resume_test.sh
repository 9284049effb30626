#!/usr/bin/env bash
# resume_test.sh HONE: runs that are killed, or interrupted, and resumed, against runs that are left alone.
source "$(dirname "$(readlink -f "$0")")/tiny_run.sh"

# A line of metrics.jsonl without what depends on the clock.
without_timings() {
  sed -E 's/"(timing_s\/[^"]*|perf\/[^"]*|step_time)":[^,}]*,?//g' "$1"
}

lines_of() {
  if [ -f "$1" ]; then wc -l <"$1"; else echo 0; fi
}

# start COMMAND FOLDER ARGUMENTS…: in the background, as $run.
start() {
  local command=$1 folder=$2
  shift 2
  "$hone" "$command" "$@" --out "$folder" --resume >out 2>err &
  run=$!
}

# wait_until CONDITION…: polls while the run lives.
wait_until() {
  until "$@"; do
    if ! kill -0 "$run" 2>/dev/null; then return 1; fi
  done
}
has_lines() { [ "$(lines_of "$1/metrics.jsonl")" -ge "$2" ]; }
writes_checkpoint() { compgen -G "$1/checkpoints/.step-*.unfinished" >/dev/null; }

# The run must not end before it is hit, else nothing was tested.
hit() {
  kill -KILL "$run" 2>/dev/null
  local alive=$?
  wait "$run" 2>/dev/null
  return "$alive"
}

# kill_five_times COMMAND FOLDER STEPS ARGUMENTS…: in each fifth of the run once, the third time while a checkpoint is written.
kill_five_times() {
  local command=$1 folder=$2 steps=$3 fifth
  shift 3
  for fifth in 0 1 2 3 4; do
    start "$command" "$folder" "$@"
    wait_until has_lines "$folder" $((steps * fifth / 5 + RANDOM % (steps / 6)))
    if [ "$fifth" -eq 2 ]; then wait_until writes_checkpoint "$folder"; else sleep "0.00$((RANDOM % 10))"; fi
    check "$command is alive when it is killed in fifth $fifth" hit
  done
}

same_metrics() { diff <(without_timings "$1/metrics.jsonl") <(without_timings "$2/metrics.jsonl") >out; }
same_file() { cmp "$1/$3" "$2/$3" >out; }
same_ledger() { diff <(grep -v seconds "$1/ledger.json") <(grep -v seconds "$2/ledger.json") >out; }
no_leftovers() { ! compgen -G "$1/checkpoints/.*" | grep -v '/\.\.\?$' >out; }

check_same_training() {  # ALONE RESUMED STEP WHAT
  check "$4: same metrics" same_metrics "$1" "$2"
  check "$4: same samples" same_file "$1" "$2" samples.jsonl
  check "$4: same ledger" same_ledger "$1" "$2"
  check "$4: same weights" same_file "$1" "$2" "checkpoints/$3/model.safetensors"
  check "$4: same moments" same_file "$1" "$2" "checkpoints/$3/trainer/optimizer.safetensors"
  check "$4: nothing unfinished is left" no_leftovers "$2"
}

printf 'RANDOM=%s\n' "${RANDOM=${HONE_TEST_SEED:-$$}}"

# A checkpoint at every step.
hone train train.json --out alone --set train.max_steps=200
check "a run left alone ends well" test "$status" -eq 0
kill_five_times train killed 200 train.json --set train.max_steps=200
hone train train.json --out killed --set train.max_steps=200 --resume
check "a killed run is resumed" test "$status" -eq 0
check_same_training alone killed step-000200 "a checkpoint at every step"

# Few checkpoints, and everything that keeps state: KL, several updates of one rollout, refilled groups.
options=(train.json --threads 2 --set train.max_steps=60 --set checkpoint.every=25 --set algorithm.beta=0.1
  --set algorithm.num_iterations=2 --set algorithm.minibatches=2 --set algorithm.dynamic_sampling.enable=true
  --set policy.dtype=bfloat16)
hone train "${options[@]}" --out alone2
start train killed2 "${options[@]}"
wait_until has_lines killed2 10
check "the run is killed before its first checkpoint" hit
check "there is no checkpoint yet" test ! -e killed2/checkpoints/step-000025
start train killed2 "${options[@]}"
wait_until has_lines killed2 40
check "the run is killed between checkpoints" hit
hone train "${options[@]}" --out killed2 --resume
check "it is resumed" test "$status" -eq 0
check_same_training alone2 killed2 step-000060 "few checkpoints"

# Pretraining.
options=(pretrain.json --set train.max_steps=300 --set checkpoint.every=1)
hone pretrain "${options[@]}" --out base_alone
kill_five_times pretrain base_killed 300 "${options[@]}"
hone pretrain "${options[@]}" --out base_killed --resume
check "pretraining is resumed" test "$status" -eq 0
check "pretraining: same metrics" same_metrics base_alone base_killed
for file in model.safetensors tokenizer.model config.json; do
  check "pretraining: same $file" same_file base_alone base_killed "$file"
done

# Ctrl-C. A process in the background of a script ignores SIGINT, and so would what it starts.
interrupt() {  # SIGNAL FOLDER LINES COMMAND CONFIG STEPS
  env --default-signal=INT "$hone" "$4" "$5" --set train.max_steps="$6" --set checkpoint.every=0 --out "$2" --resume \
    >out 2>err &
  run=$!
  wait_until has_lines "$2" "$3"
  kill "-$1" "$run"
  wait "$run"
  status=$?
}
hone train train.json --out alone3 --set train.max_steps=200 --set checkpoint.every=0
interrupt INT stopped 20 train train.json 200
check "Ctrl-C ends a run with 130" test "$status" -eq 130
check "it says how to go on" grep -q '^hone: interrupted after step [0-9]*; go on with --resume$' err
interrupt TERM stopped 90 train train.json 200
check "SIGTERM ends a run with 130" test "$status" -eq 130
check "each left a checkpoint" test "$(ls stopped/checkpoints | wc -l)" -eq 2
hone train train.json --out stopped --set train.max_steps=200 --set checkpoint.every=0 --resume
check "an interrupted run is resumed" test "$status" -eq 0
check_same_training alone3 stopped step-000200 "after Ctrl-C"

interrupt INT base_stopped 100 pretrain pretrain.json 300
check "Ctrl-C ends pretraining with 130" test "$status" -eq 130
check "pretraining says how to go on" grep -q '^hone: interrupted after step [0-9]*; go on with --resume$' err
hone pretrain pretrain.json --out base_stopped --set train.max_steps=300 --set checkpoint.every=0 --resume
check "interrupted pretraining is resumed" test "$status" -eq 0
check "after Ctrl-C: same base" same_file base_alone base_stopped model.safetensors

# The second Ctrl-C must not wait for the step: here one of minutes.
slow=(train.json --set rollout.prompts_per_step=20000 --set eval.sets=[] --set rollout.num_generations=16)
env --default-signal=INT "$hone" train "${slow[@]}" --out slow >out 2>err &
run=$!
wait_until test -e slow/metrics.jsonl
sleep 0.2
kill -INT "$run"
sleep 0.2
check "the first Ctrl-C lets the step go on" kill -0 "$run"
kill -INT "$run"
wait "$run" 2>/dev/null
check "the second Ctrl-C ends it at once" test "$?" -eq 130

env --default-signal=INT "$hone" score --scorer exact_math /dev/stdin < <(sleep 5) >out 2>err &
run=$!
sleep 0.4
kill -INT "$run"
wait "$run" 2>/dev/null
check "one Ctrl-C ends a command that has nothing to save" test "$?" -eq 130
finish
