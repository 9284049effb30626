#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/regex.h"
#include "policies/tokenizers/tokenizer_json.h"

namespace hone::policies {

/// What a tokenizer.json does to text before anything else. Knows Sequence, NFC, NFD, NFKC, NFKD, Prepend, Replace,
/// Strip and Lowercase.
class Normalizer {
 public:
  /// One thread's room for the texts on the way.
  struct Workspace {
    Regex::Matcher matcher;
    std::vector<TextRange> matches;
    std::string text;
    std::string next;
  };

  /// Leaves text as it is.
  Normalizer() = default;
  /// Throws DataError for a type that is not known.
  explicit Normalizer(const JsonView& json);

  [[nodiscard]] bool is_identity() const { return steps_.empty(); }
  /// Valid UTF-8 in and out. The result is a view of `text` where nothing changed, otherwise of the workspace. Throws
  /// DataError where the text grows out of all proportion.
  [[nodiscard]] std::string_view apply(std::string_view text, Workspace& workspace) const;

 private:
  /// Writes the new text into `workspace.next`, or returns false where it is the old one.
  using Step = std::function<bool(std::string_view text, Workspace& workspace)>;

  void add(const JsonView& json);
  void add_replace(const JsonView& json);

  std::vector<Step> steps_;
};

/// The `pattern` of a Replace or a Split, {"String": …} or {"Regex": …}, compiled.
[[nodiscard]] std::shared_ptr<const Regex> read_pattern(const JsonView& json);
/// What a Replace or a Prepend puts in: short, so that a few of them in a row cannot make gigabytes of a word.
[[nodiscard]] std::string read_content(const JsonView& json);
/// The same as `read_pattern` where only {"String": …} will do; empty strings are refused.
[[nodiscard]] std::string read_string_pattern(const JsonView& json);

}  // namespace hone::policies
