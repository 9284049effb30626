#include "rewards/math/compare.h"

#include "rewards/math/builder.h"
#include "rewards/math/limits.h"
#include "rewards/math/printer.h"
#include "rewards/math/reading.h"

namespace hone::rewards::math {

Verdict compare(std::string_view gold_text, std::string_view answer_text, const CompareOptions& /*options*/) {
  const Readings gold = read(gold_text);
  const Readings answer = read(answer_text);
  Verdict verdict;
  if (gold.list.empty() || answer.list.empty()) {
    return verdict;
  }
  const Expression& left = gold.list[0].expression;
  const Expression& right = answer.list[0].expression;
  Work work(kMaxVerdictWork);
  const Decision decision = compare_scalars(left, root_index(left), right, root_index(right), work);
  return {decision.truth, decision.rung, {}, to_text(left), to_text(right)};
}

}  // namespace hone::rewards::math
