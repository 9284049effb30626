#pragma once

namespace CLI {
class App;
}

namespace hone::cli {

/// `hone probe (CONFIG.json | --scorer NAME QUESTIONS.jsonl | --config SCORER.json QUESTIONS.jsonl)`: attacks a scorer
/// before it is trained on; exits 1 when an attack comes through.
void add_probe_command(CLI::App& app);

}  // namespace hone::cli
