"""How an answer's first finding stands to the facts and to its verdict: first_findings.py QUESTIONS.jsonl ANSWERS.jsonl

QUESTIONS as `hone data make statute` prints them, ANSWERS as `hone generate` does.
"""
import json
import re
import sys


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


answers = {line["id"]: line["text"] for line in lines(sys.argv[2])}
counts = {"read": 0, "verdict right": 0, "finding true": 0, "finding as the verdict": 0, "verdict right, finding false": 0}
for question in lines(sys.argv[1]):
    finding = re.search(r"<application>\w+ (\w+): (met|not met)", answers[question["id"]])
    verdict = re.search(r"<conclusion>(granted|denied)<", answers[question["id"]])
    if not finding or not verdict or finding[1] not in question["rubric"]["gold"]["elements"]:
        continue
    is_met = question["rubric"]["gold"]["elements"][finding[1]] == "met"
    says_met = finding[2] == "met"
    is_right = verdict[1] == question["answer"]
    counts["read"] += 1
    counts["verdict right"] += is_right
    counts["finding true"] += says_met == is_met
    counts["finding as the verdict"] += says_met == (verdict[1] == "granted")
    counts["verdict right, finding false"] += is_right and says_met != is_met
for name, count in counts.items():
    print(f"{name}: {count} ({100 * count / max(counts['read'], 1):.1f} %)")
