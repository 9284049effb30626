#pragma once

#include <cstdint>
#include <utility>

#include "core/config_types.h"

namespace hone::rewards::rubric {

enum class Check : std::uint8_t {
  kConclusion,
  kEquals,
  kNumber,
  kDate,
  kMoney,
  kContainsAll,
  kContainsAny,
  kContainsNone,
  kRegex,
  kSections,
  kCites,
  kCitationsExist,
  kQuotesVerbatim,
  kRecordRefs,
  kElements,
  kConsistency,
  kContradiction,
  kNoCopy,
  kLength,
  kRepetition,
  kFormat,
  kPlugin,
  kJudge,
};

enum class Class : std::uint8_t { kGate, kEssential, kImportant, kOptional, kPitfall };

enum class Mode : std::uint8_t { kGatedLinear, kLinear, kAllPass, kMin, kProduct };

/// Texts that an answer is held against.
enum class Source : std::uint8_t { kRecord, kAuthorities, kPrompt };

/// What a failed gate does: the score is at most gate_cap, or is multiplied by it.
enum class Gate : std::uint8_t { kCap, kScale };

/// Of which elements findings have to be right.
enum class Among : std::uint8_t { kAll, kStated };

/// How 03/04/2025 is read.
enum class DateOrder : std::uint8_t { kNone, kDayFirst, kMonthFirst };

}  // namespace hone::rewards::rubric

template <>
struct hone::core::EnumNames<hone::rewards::rubric::Check> {
  using Enum = hone::rewards::rubric::Check;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kConclusion, "conclusion"},
                                                            {Enum::kEquals, "equals"},
                                                            {Enum::kNumber, "number"},
                                                            {Enum::kDate, "date"},
                                                            {Enum::kMoney, "money"},
                                                            {Enum::kContainsAll, "contains_all"},
                                                            {Enum::kContainsAny, "contains_any"},
                                                            {Enum::kContainsNone, "contains_none"},
                                                            {Enum::kRegex, "regex"},
                                                            {Enum::kSections, "sections"},
                                                            {Enum::kCites, "cites"},
                                                            {Enum::kCitationsExist, "citations_exist"},
                                                            {Enum::kQuotesVerbatim, "quotes_verbatim"},
                                                            {Enum::kRecordRefs, "record_refs"},
                                                            {Enum::kElements, "elements"},
                                                            {Enum::kConsistency, "consistency"},
                                                            {Enum::kContradiction, "contradiction"},
                                                            {Enum::kNoCopy, "no_copy"},
                                                            {Enum::kLength, "length"},
                                                            {Enum::kRepetition, "repetition"},
                                                            {Enum::kFormat, "format"},
                                                            {Enum::kPlugin, "plugin"},
                                                            {Enum::kJudge, "judge"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::rubric::Class> {
  using Enum = hone::rewards::rubric::Class;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kGate, "gate"},
                                                            {Enum::kEssential, "essential"},
                                                            {Enum::kImportant, "important"},
                                                            {Enum::kOptional, "optional"},
                                                            {Enum::kPitfall, "pitfall"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::rubric::Mode> {
  using Enum = hone::rewards::rubric::Mode;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kGatedLinear, "gated_linear"},
                                                            {Enum::kLinear, "linear"},
                                                            {Enum::kAllPass, "all_pass"},
                                                            {Enum::kMin, "min"},
                                                            {Enum::kProduct, "product"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::rubric::Source> {
  using Enum = hone::rewards::rubric::Source;
  static constexpr std::pair<Enum, const char*> values[] = {
      {Enum::kRecord, "record"}, {Enum::kAuthorities, "authorities"}, {Enum::kPrompt, "prompt"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::rubric::DateOrder> {
  using Enum = hone::rewards::rubric::DateOrder;
  static constexpr std::pair<Enum, const char*> values[] = {
      {Enum::kNone, "none"}, {Enum::kDayFirst, "day_first"}, {Enum::kMonthFirst, "month_first"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::rubric::Among> {
  using Enum = hone::rewards::rubric::Among;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kAll, "all"}, {Enum::kStated, "stated"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::rubric::Gate> {
  using Enum = hone::rewards::rubric::Gate;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kCap, "cap"}, {Enum::kScale, "scale"}};
};
