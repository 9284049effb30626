// Scores which clauses an answer cites: every clause of the reference ("3, 7") once, and no other.
#include <cctype>
#include <hone_scorer.hpp>
#include <set>
#include <string>

namespace {

using hone::plugin::Result;
using hone::plugin::Sample;

/// The numbers after "clause", or all of them, and where the first of each stands.
std::set<std::string> numbers(std::string_view text, std::string_view before, Result* found) {
  std::set<std::string> all;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, before.size()) != before) continue;
    const std::size_t begin = i + before.size();
    std::size_t end = begin;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    if (end == begin || !all.insert(std::string(text.substr(begin, end - begin))).second) continue;
    if (found != nullptr) found->spans.push_back({i, end, "clauses", 0.0});
    i = end - 1;
  }
  return all;
}

class Clauses final : public hone::plugin::Scorer {
 public:
  explicit Clauses(std::string_view /*options_json*/) {}

  Result score(const Sample& sample) override {
    Result result;
    const auto wanted = numbers(sample.reference, "", nullptr);
    const auto cited = numbers(sample.answer, "clause ", &result);
    double hits = 0.0;
    for (const auto& clause : cited) hits += wanted.count(clause) > 0 ? 1.0 : 0.0;
    const double invented = static_cast<double>(cited.size()) - hits;
    const double share = wanted.empty() ? 0.0 : (hits - invented) / static_cast<double>(wanted.size());
    result.score = share > 0.0 ? share : 0.0;
    result.parts = {{"cited", hits}, {"invented", invented}};
    result.detail = invented > 0.0 ? "cites a clause that the reference does not" : "";
    return result;
  }
};

}  // namespace

HONE_SCORER(Clauses, "clauses", "1.0", HONE_SCORER_THREAD_SAFE | HONE_SCORER_DETERMINISTIC)
