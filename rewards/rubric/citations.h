#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/rubric/assertion.h"
#include "rewards/rubric/phrases.h"
#include "rewards/rubric/runs.h"
#include "rewards/rubric/written.h"

namespace hone::rewards::rubric {

/// Something that looks like a citation: a provision ("Rule 801(c)", "§ 12"), a reporter's page ("410 U.S. 113"), a
/// case's name ("Roe v. Wade"), an act's ("the Harbour Act").
struct Cited {
  Tokens at;
  bool is_name = false;
};

/// A citation that is false, and why, in one clause.
struct FalseCitation {
  Tokens at;
  std::string why;
};

/// What may be cited.
class Authorities {
 public:
  /// Adds a group of phrases, cites and aliases, for `matches` below. The member is the authority.
  static std::size_t add_phrases(Phrases& phrases, const std::vector<WrittenAuthority>& authorities,
                                 std::string& fault);
  /// `materials`: the citations in them exist too.
  void compile(const WrittenMaterials& materials);

  /// Those citations of `scope` that are neither an authority's nor stand in the materials or in `prompt`, and those
  /// that stand beside another authority's name. `text`: what the tokens are of.
  [[nodiscard]] std::vector<FalseCitation> false_citations(std::string_view text, std::span<const Token> tokens,
                                                           Tokens scope, const Matches& matches,
                                                           const Texts& prompt) const;

 private:
  struct Name {
    std::vector<std::uint64_t> words;
    bool is_case = false;
  };
  [[nodiscard]] std::string name_fault(std::string_view text, std::span<const Token> tokens, Tokens scope,
                                       const Match& match) const;

  std::vector<Name> names_;  // one an authority; empty where it has none
  Texts known_;              // everything that the materials say
};

/// The citations of a stretch, in the order of the text; none of `matches` is looked at.
[[nodiscard]] std::vector<Cited> find_citations(std::string_view text, std::span<const Token> tokens, Tokens scope);

/// True where what follows a match makes it another provision: "Rule 801(c)" in "Rule 801(c)(2)".
[[nodiscard]] bool goes_on(std::span<const Token> tokens, Tokens scope, const Match& match);

}  // namespace hone::rewards::rubric
