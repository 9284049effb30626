"""The work of bench/grpo_step.cpp in TRL, for comparison; needs torch, transformers, trl, datasets, accelerate.

    python bench/trl_step.py --precision bf16 --micro 128 --steps 6
    python bench/trl_step.py --policy examples/smollm2/base --precision bf16pure --prompts 8 --samples 8 --prompt-tokens 64 \
      --new-tokens 128 --micro 16 --steps 3

A random Llama of 4.95M parameters, 32 prompts x 16 completions x 64 new tokens behind 16 prompt tokens, one optimizer step a
rollout, no KL, a reward that differs within every group. Prints a JSON line a step and a closing one: the first step is left out.
"""
import argparse
import json
import resource
import tempfile
import time

import torch
import trl
import transformers
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

parser = argparse.ArgumentParser()
parser.add_argument("--precision", choices=["fp32", "bf16", "bf16pure"], default="bf16",
                    help="bf16: autocast over float32 weights; bf16pure: weights in bfloat16")
parser.add_argument("--policy", help="a Hugging Face folder instead of the random Llama")
parser.add_argument("--prompts", type=int, default=32)
parser.add_argument("--samples", type=int, default=16)
parser.add_argument("--new-tokens", type=int, default=64)
parser.add_argument("--prompt-tokens", type=int, default=16)
parser.add_argument("--micro", type=int, default=128, help="sequences of a micro-batch")
parser.add_argument("--steps", type=int, default=6)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
torch.set_num_threads(args.threads)


def byte_tokenizer():
    """Every byte is a token, 512 in all."""
    vocab = {"<pad>": 0, "<bos>": 1, "<eos>": 2}
    for symbol in sorted(pre_tokenizers.ByteLevel.alphabet()):
        vocab[symbol] = len(vocab)
    while len(vocab) < 512:
        vocab["<x%d>" % len(vocab)] = len(vocab)
    raw = Tokenizer(models.BPE(vocab=vocab, merges=[], unk_token=None))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<pad>", bos_token="<bos>", eos_token="<eos>",
                                   padding_side="left")


torch.manual_seed(0)
dtype = torch.bfloat16 if args.precision == "bf16pure" else torch.float32
if args.policy:  # one token a digit, as in SmolLM2
    tokenizer = AutoTokenizer.from_pretrained(args.policy, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(args.policy, dtype=dtype)
else:
    tokenizer = byte_tokenizer()
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=512, hidden_size=256, intermediate_size=704, num_hidden_layers=6, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=512, rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=1,
        eos_token_id=2, pad_token_id=0)).to(dtype)
digits = "%0" + str(args.prompt_tokens) + "d"
data = Dataset.from_dict({"prompt": [(digits % (i * 7919))[-args.prompt_tokens:] for i in range(1024)]})


def character_sum(completions, **_):
    return [sum(map(ord, text)) % 17 / 17.0 for text in completions]


batch = args.prompts * args.samples
config = GRPOConfig(
    output_dir=tempfile.mkdtemp(), max_steps=args.steps, per_device_train_batch_size=args.micro,
    gradient_accumulation_steps=batch // args.micro, num_generations=args.samples, max_completion_length=args.new_tokens,
    beta=0.0, learning_rate=1e-6, logging_steps=1, save_strategy="no", report_to=[], use_cpu=True,
    bf16=args.precision == "bf16", temperature=1.0, generation_kwargs={"min_new_tokens": args.new_tokens},
    disable_tqdm=True, dataloader_pin_memory=False)

steps = []
clock = {"start": None, "generate": 0.0}


class Timed(GRPOTrainer):
    def _generate_single_turn(self, *positional, **named):
        start = time.perf_counter()
        result = super()._generate_single_turn(*positional, **named)
        clock["generate"] += time.perf_counter() - start
        return result

    def training_step(self, *positional, **named):
        if clock["start"] is None:
            clock["start"] = time.perf_counter()
        return super().training_step(*positional, **named)


class Report(transformers.TrainerCallback):
    def on_step_end(self, *_, **__):
        total = time.perf_counter() - clock["start"]
        steps.append({"total_s": round(total, 3), "generate_s": round(clock["generate"], 3)})
        print(json.dumps(steps[-1]), flush=True)
        clock.update(start=None, generate=0.0)


trainer = Timed(model=model, reward_funcs=character_sum, args=config, train_dataset=data, processing_class=tokenizer)
trainer.add_callback(Report())
trainer.train()
timed = sorted(step["total_s"] for step in steps[1:])
print(json.dumps({"trl": trl.__version__, "transformers": transformers.__version__, "torch": torch.__version__,
                  "precision": args.precision, "micro": args.micro,
                  "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, "min_s": timed[0],
                  "median_s": timed[len(timed) // 2]}), flush=True)
