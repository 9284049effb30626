#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/text_range.h"

namespace hone::policies {

/// A compiled regular expression. Const calls are safe from several threads, each with its own `Matcher`.
class Regex {
 public:
  /// What one thread needs to match: room for the result, and the stack of the compiled code. Made when first used.
  class Matcher {
   public:
    Matcher();
    Matcher(const Matcher&) = delete;
    Matcher& operator=(const Matcher&) = delete;
    ~Matcher();

   private:
    friend class Regex;
    struct State;
    std::unique_ptr<State> state_;
  };

  /// A pattern in PCRE2's syntax. Throws std::invalid_argument saying what is wrong with it and where.
  explicit Regex(const std::string& pattern);
  ~Regex();

  /// Every match in `text`, from left to right, as Oniguruma's find_iter gives them: none overlap, and an empty one
  /// does not stand where the one before ended. `text` must be valid UTF-8. Throws DataError where the pattern takes
  /// more steps or memory than any that splits words should.
  void find_all(std::string_view text, Matcher& matcher, std::vector<TextRange>& found) const;

 private:
  struct Code;
  std::unique_ptr<Code> code_;
};

}  // namespace hone::policies
