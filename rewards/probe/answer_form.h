#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewards/probe/material.h"

namespace hone::rewards::probe {

enum class PieceKind {
  kFrame,       // tags, headings, the box, white space
  kReasoning,   // what is said on the way
  kConclusion,  // the result
};

struct Piece {
  PieceKind kind = PieceKind::kFrame;
  std::string section;  // that it stands in, "" for none
  std::string text;
};

/// An answer cut into its form and what fills it; the pieces joined are the answer again. The form is the rubric's
/// headings, or tags (<think> is one), or a box, a line "Answer: …" or "#### …", or, where nothing marks the
/// conclusion, the last sentence.
[[nodiscard]] std::vector<Piece> pieces_of(std::string_view answer, const Material& material);

[[nodiscard]] std::string joined(const std::vector<Piece>& pieces);

}  // namespace hone::rewards::probe
