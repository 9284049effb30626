#pragma once

namespace CLI {
class App;
}

namespace hone::cli {

/// `hone score (--scorer NAME | --config SCORER.json) FILE.jsonl [--option k=v]… [--html
/// OUT.html] [--json]`: text in, score out, no model.
void add_score_command(CLI::App& app);

}  // namespace hone::cli
