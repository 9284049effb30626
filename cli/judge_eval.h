#pragma once

namespace CLI {
class App;
}

namespace hone::cli {

/// `hone judge-eval LABELS.jsonl --config JUDGE.json`: how a judge agrees with people, and what it lets pass.
void add_judge_eval_command(CLI::App& app);

}  // namespace hone::cli
