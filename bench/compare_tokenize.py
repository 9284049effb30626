"""The work of bench/tokenize.cpp in Hugging Face's `tokenizers`, on one thread, for comparison.

    python bench/compare_tokenize.py FOLDER FILE [ROUNDS]
"""
import json
import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
import tokenizers

folder, path, *rounds = sys.argv[1:]
begin = time.perf_counter()
tokenizer = tokenizers.Tokenizer.from_file(folder + "/tokenizer.json")
print(json.dumps({"tokenizer": "tokenizers " + tokenizers.__version__, "load_s": round(time.perf_counter() - begin, 3)}))
tokenizer.encode_special_tokens = True
data = open(path, "rb").read()
lines = [line.decode("utf-8", "replace") for line in (data[:-1] if data.endswith(b"\n") else data).split(b"\n")]


def one_by_one(texts):
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def batch(texts):
    """Without offsets: what the package does fastest."""
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]


def measure(name, texts, encode):
    best = float("inf")
    for _ in range(int(rounds[0]) if rounds else 5):
        begin = time.perf_counter()
        ids = encode(texts)
        best = min(best, time.perf_counter() - begin)
    count = sum(map(len, ids))
    hash = 0
    for id in (id for text in ids for id in text):
        hash = (hash * 31 + id) % 2**64
    print(
        json.dumps(
            {
                "tokenizer": "tokenizers",
                "texts": name,
                "call": encode.__name__,
                "count": len(texts),
                "mb_per_s": round(len(data) / best / 1e6, 2),
                "ids_per_s": round(count / best),
                "ids": count,
                "hash": f"{hash:016x}",
            }
        )
    )


for encode in (one_by_one, batch):
    measure("file", [data.decode("utf-8", "replace")], encode)
    measure("lines", lines, encode)
