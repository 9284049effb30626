#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config_types.h"

namespace hone::rewards::rubric {

enum class SectionFormat : std::uint8_t { kTags, kHeadings };

/// A stretch of the answer, in bytes.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool operator==(const Range&) const = default;
};

/// What the answer has of one section.
struct Section {
  Range range;        // what it holds, without its tags or its heading
  int times = 0;      // how often it is there; only one that is there once is looked at
  std::string fault;  // why it cannot be looked at: "is missing", "is there 2 times", "is not closed"; empty: it can

  [[nodiscard]] bool is_there() const { return fault.empty(); }
};

struct Sections {
  std::vector<Section> of;     // one a name, in the order of the names
  std::vector<Range> outside;  // what belongs to none, tags and headings left out
  bool is_in_order = true;     // those that are there follow each other as the names do
};

/// How an answer is parted: each name with what else it may be called. All lower case.
struct SectionNames {
  SectionFormat format = SectionFormat::kTags;
  std::vector<std::vector<std::string>> names;
};

/// Tags: <rule>…</rule>, in any case; one inside another breaks the outer. Headings: a line that is the name, with # or
/// ** or a number before it, and a colon, behind which the text may begin. Linear in the text.
[[nodiscard]] Sections find_sections(std::string_view text, const SectionNames& names);

}  // namespace hone::rewards::rubric

template <>
struct hone::core::EnumNames<hone::rewards::rubric::SectionFormat> {
  using Enum = hone::rewards::rubric::SectionFormat;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kTags, "tags"}, {Enum::kHeadings, "headings"}};
};
