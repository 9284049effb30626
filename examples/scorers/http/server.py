"""A reward server with nothing to install: POST /score speaks hone's shape, /get_reward OpenRLHF's, /rm slime's."""
import json, re, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def grade(answer, label):
    """Half for the right result, half for naming a ground."""
    right = f"claim {label}" in answer.lower()
    grounds = len(re.findall(r"\b(clause \d+|because|since)\b", answer, re.I))
    return {"score": (0.5 + 0.5 * min(grounds, 1)) if right else 0.0, "parts": {"right": float(right), "grounds": float(grounds)}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections alive

    def do_POST(self):
        try:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/get_reward":
                grades = [grade(query[len(prompt):], label) for query, prompt, label in zip(asked["query"], asked["prompts"], asked["labels"])]
                reply = {"rewards": [one["score"] for one in grades], "scores": [one["parts"]["right"] for one in grades], "extra_logs": {}}
            elif self.path == "/rm":
                reply = grade(asked["response"], asked["label"])["score"]
            else:
                reply = {"id": asked["id"], "results": [grade(one["answer"], one["reference"]) for one in asked["samples"]]}
            status = 200
        except (KeyError, TypeError, ValueError) as error:
            reply, status = {"error": repr(error)}, 400
        body = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8600), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
