#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "core/error.h"
#include "policies/policy.h"
#include "tests/policies/tensor_checks.h"

/// Runs hone's commands inside the test, as main() does.
namespace command {

struct Result {
  int status = 0;
  std::string out;
  std::string err;
};

/// Standard output or error, caught while it lives.
class Caught {
 public:
  explicit Caught(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  Caught(const Caught&) = delete;
  Caught& operator=(const Caught&) = delete;
  ~Caught() { stream_.rdbuf(before_); }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& stream_;
  std::streambuf* before_;
};

/// hone ARGUMENTS…
inline Result run(std::vector<std::string> arguments) {
  CLI::App app{"hone"};
  app.require_subcommand(1);
  hone::cli::add_commands(app);
  const Caught out(std::cout);
  const Caught err(std::cerr);
  int status = 0;
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    status = app.exit(error, std::cout, std::cerr) == 0 ? 0 : 2;
  } catch (const hone::core::Error& error) {
    std::cerr << "hone: " << error.what() << std::endl;
    status = error.exit_code();
  }
  return {status, out.text(), err.text()};
}

inline std::vector<nlohmann::json> lines(const std::string& text) {
  std::vector<nlohmann::json> values;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) values.push_back(nlohmann::json::parse(line));
  return values;
}

/// A folder for one test: input files and policies.
struct Workplace {
  tensor_checks::TemporaryFolder folder;

  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(folder.path / name) << content;
    return (folder.path / name).string();
  }
  std::string save(const std::string& name, const hone::policies::Policy& policy) const {
    policy.save(folder.path / name);
    return (folder.path / name).string();
  }
  /// tests/fixtures/hf/NAME, which has weights alone, with a tokenizer.
  std::string copy_fixture(const std::string& name) const {
    namespace fs = std::filesystem;
    fs::copy("tests/fixtures/hf/" + name, folder.path / name, fs::copy_options::recursive);
    fs::copy("tests/fixtures/tokenizer/bpe.model", folder.path / name / "tokenizer.model");
    return (folder.path / name).string();
  }
};

}  // namespace command
