"""Scores an answer to "may the customer claim damages under this clause?": a hone scorer with nothing to install."""
import json, re, sys

RULES = {"cites the clause": r"\bclause \d+", "weighs the exception": r"\b(gross negligence|intent)\b", "concludes": r"\bclaim (succeeds|fails)\b"}

for line in sys.stdin:
    message = json.loads(line)
    if "hello" in message:
        reply = {"hello": 1, "protocol": "hone.scorer/1", "name": "clause", "fields": ["answer", "reference"]}
    else:
        reply = {"id": message["id"], "results": []}
        for sample in message["samples"]:
            parts = {name: float(bool(re.search(rule, sample["answer"], re.I))) for name, rule in RULES.items()}
            right = f"claim {sample['reference']}" in sample["answer"].lower()
            score = (0.5 + 0.25 * parts["cites the clause"] + 0.25 * parts["weighs the exception"]) if right else 0.0
            reply["results"].append({"score": score, "parts": parts, "detail": "" if right else f"the claim {sample['reference']}"})
    print(json.dumps(reply), flush=True)
