#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/config_check.h"
#include "core/config_types.h"
#include "rewards/scorer.h"

namespace hone::rewards {

enum class LengthUnit { kTokens, kCharacters };

struct LengthOptions {
  std::int64_t max_length = 0;
  std::int64_t buffer = 0;
  LengthUnit per = LengthUnit::kTokens;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("max_length", max_length, "Length from which the penalty is whole.", core::at_least(1));
    visit("buffer", buffer, "How far below max_length the penalty begins.", core::at_least(1));
    visit("per", per, "What is counted: tokens, or characters (bytes of UTF-8).");
  }
};

/// The soft overlong penalty: 0 up to max_length - buffer, then linearly down to -1 at max_length, -1 beyond.
///   parts: length
/// kUnscorable when tokens are to be counted and the answer's number of tokens is not known.
/// Source: DAPO (2503.14476), equation 13.
class Length final : public Scorer {
 public:
  /// Throws ConfigError, beginning with `where`, when the buffer is longer than max_length.
  explicit Length(const LengthOptions& options, const std::string& where = "length");
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;

 private:
  LengthOptions options_;
};

}  // namespace hone::rewards

template <>
struct hone::core::EnumNames<hone::rewards::LengthUnit> {
  static constexpr std::pair<hone::rewards::LengthUnit, const char*> values[] = {
      {hone::rewards::LengthUnit::kTokens, "tokens"}, {hone::rewards::LengthUnit::kCharacters, "characters"}};
};
