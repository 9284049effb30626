#!/usr/bin/env python3
"""Stands in for a judge: the chat endpoint, without a model. It passes what is long enough and says "because".

    python3 examples/judge/stand_in_judge.py 8765
"""
import json, re, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Judge(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = request["messages"][1]["content"]
        mark, answer = re.search(r"<answer-(\w+)>\n(.*)\n</answer-\1>", prompt, re.S).groups()
        ids = [json.loads(text) for text in re.findall(r'^- id ("[^"]*"): ', prompt.split(f"</answer-{mark}>")[1], re.M)]
        word = "yes" if len(answer.split()) >= 9 and "because" in answer else "no"
        verdicts = [{"id": each, "reason": "By its length and one word.", "verdict": word} for each in ids]
        self.reply({
            "choices": [{"message": {"role": "assistant", "content": json.dumps({"verdicts": verdicts})}}],
            "usage": {"prompt_tokens": len(prompt) // 4, "completion_tokens": 30},
        })

    def reply(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Judge).serve_forever()
