#include "datasets/logic.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace hone::datasets {
namespace {

using Form = Statement::Form;

constexpr std::array<std::string_view, 12> kIndividuals = {"Rex", "Tom", "Ann", "Sam", "Mia", "Ben",
                                                           "Eva", "Max", "Zoe", "Leo", "Kim", "Dan"};
constexpr std::array<std::string_view, 16> kKinds = {"wug", "dax", "fep", "zup", "blick", "gorp", "lom", "tiv",
                                                     "mip", "rab", "sul", "nok", "pel",   "vot",  "hig", "jum"};
constexpr std::array<std::string_view, 12> kProperties = {"blue", "slow", "kind", "tall", "loud", "shy",
                                                          "red",  "wet",  "old",  "soft", "fast", "warm"};

/// "wug is a dax", "dax is not blue".
std::string bare(const Statement& statement) {
  switch (statement.form) {
    case Form::kIsA:
      return statement.subject + " is a " + statement.object;
    case Form::kIs:
      return statement.subject + " is " + statement.object;
    case Form::kIsNot:
      return statement.subject + " is not " + statement.object;
  }
  return "";
}

std::string told(const Statement& statement, LogicProblem::Wording wording) {
  if (statement.subject[0] >= 'A' && statement.subject[0] <= 'Z') return bare(statement);  // an individual
  if (wording == LogicProblem::Wording::kIndefinite) return "A " + bare(statement);
  if (statement.form != Form::kIsNot) return "Every " + bare(statement);
  return "No " + statement.subject + " is " + statement.object;
}

bool settles(const Statement& statement, const std::string& property) {
  return statement.form != Form::kIsA && statement.object == property;
}

Work to_work(const std::vector<Statement>& statements, std::string answer) {
  Work work;
  for (const Statement& statement : statements) work.steps.push_back(bare(statement));
  work.answer = std::move(answer);
  return work;
}

std::string answer_of(const std::vector<Statement>& chain, const std::string& property) {
  if (!settles(chain.back(), property)) return "unknown";
  return chain.back().form == Form::kIs ? "yes" : "no";
}

}  // namespace

std::vector<Statement> chain_forward(const Entailment& entailment) {
  struct Reached {
    Statement by;
    std::size_t from;  // its predecessor's place
  };
  // Place 0 stands for the individual itself.
  std::vector<Reached> reached = {{{"", entailment.individual, Form::kIsA}, 0}};
  std::set<std::string> known = {entailment.individual};
  for (std::size_t at = 0; at < reached.size(); ++at) {
    if (reached[at].by.form != Form::kIsA) continue;
    for (const Statement& statement : entailment.statements) {
      if (statement.subject != reached[at].by.object || !known.insert(statement.object).second) continue;
      reached.push_back({statement, at});
      if (!settles(statement, entailment.property)) continue;
      std::vector<Statement> chain;
      for (std::size_t place = reached.size() - 1; place > 0; place = reached[place].from) {
        chain.push_back(reached[place].by);
      }
      std::reverse(chain.begin(), chain.end());
      return chain;
    }
  }
  std::vector<Statement> all;
  for (std::size_t place = 1; place < reached.size(); ++place) all.push_back(reached[place].by);
  return all;
}

LogicProblem::LogicProblem(Entailment entailment, Wording wording)
    : entailment_(std::move(entailment)),
      wording_(wording),
      chain_(chain_forward(entailment_)),
      answer_(answer_of(chain_, entailment_.property)) {}

std::string LogicProblem::content() const {
  std::vector<std::string> lines;
  for (const Statement& statement : entailment_.statements) lines.push_back(bare(statement));
  std::sort(lines.begin(), lines.end());
  std::string content = entailment_.individual + " " + entailment_.property;
  for (const auto& line : lines) content += ";" + line;
  return content;
}

std::string LogicProblem::text() const {
  std::string text;
  for (const Statement& statement : entailment_.statements) text += told(statement, wording_) + ". ";
  return text + "Is " + entailment_.individual + " " + entailment_.property + "?";
}

Work LogicProblem::careful() const {
  return to_work(chain_, answer_);
}

Work LogicProblem::hasty() const {
  const std::string subject = entailment_.individual + " " + entailment_.property;
  return answer_ == "unknown" ? Work{{subject + " occur"}, "yes"} : Work{{subject + " no rule"}, "unknown"};
}

Work LogicProblem::slipped() const {
  auto chain = chain_;
  Statement& last = chain.back();
  if (answer_ == "unknown") {
    const std::string kind = last.form == Form::kIsA ? last.object : last.subject;
    chain.push_back({kind, entailment_.property, Form::kIs});
    return to_work(chain, "yes");
  }
  last.form = answer_ == "yes" ? Form::kIsNot : Form::kIs;
  return to_work(chain, answer_ == "yes" ? "no" : "yes");
}

Work LogicProblem::stopped_early() const {
  return to_work({chain_.front()}, answer_ == "unknown" ? "no" : "unknown");
}

LogicDomain::LogicDomain(const LogicOptions& options, const std::string& where) : options_(options) {
  if (options.rules_min > options.rules_max) {
    throw core::ConfigError(where + ": rules_min is " + std::to_string(options.rules_min) +
                            ", needs at most rules_max, which is " + std::to_string(options.rules_max));
  }
}

Entailment LogicDomain::draw_entailment(core::RandomStream& stream) const {
  auto kinds = kKinds;
  auto properties = kProperties;
  stream.shuffle(kinds);
  stream.shuffle(properties);
  const auto kind = [&kinds](int i) { return std::string(kinds[static_cast<std::size_t>(i)]); };
  const auto property = [&properties](int i) { return std::string(properties[static_cast<std::size_t>(i)]); };
  const auto form = [&stream] { return stream.chance(0.5) ? Form::kIs : Form::kIsNot; };

  Entailment entailment{std::string(stream.pick(kIndividuals)), property(0), {}};
  auto& statements = entailment.statements;
  statements.push_back({entailment.individual, kind(0), Form::kIsA});
  const int rules = static_cast<int>(stream.integer(options_.rules_min, options_.rules_max));
  for (int i = 1; i < rules; ++i) statements.push_back({kind(i - 1), kind(i), Form::kIsA});
  // An open question ends in another property, or has its last rule about a kind that the chain does not reach.
  const bool is_open = stream.chance(options_.unknown);
  const bool ends_elsewhere = is_open && stream.chance(0.5);
  const Form last = form();
  if (is_open) statements.push_back({kind(rules - 1), property(1), form()});
  if (!is_open) statements.push_back({kind(rules - 1), property(0), last});
  if (ends_elsewhere) statements.push_back({kind(rules), property(0), last});

  const int distractors = static_cast<int>(stream.integer(0, options_.distractors_max));
  for (int i = 0; i < distractors; ++i) {
    // A branch off the chain says nothing of what is asked; a rule about a kind that the chain does not reach may, so
    // that finding the property's name is not enough.
    const bool branches = stream.chance(0.5);
    const int subject = branches ? static_cast<int>(stream.integer(0, rules - 1)) : rules + 1 + i;
    const bool tempts = !branches && stream.chance(0.5);
    statements.push_back({kind(subject), property(tempts ? 0 : 2 + i), form()});
  }
  stream.shuffle(statements);
  return entailment;
}

std::unique_ptr<Problem> LogicDomain::draw(core::RandomStream& stream) const {
  auto entailment = draw_entailment(stream);
  const auto wording = stream.chance(0.7) ? LogicProblem::Wording::kIndefinite : LogicProblem::Wording::kUniversal;
  return std::make_unique<LogicProblem>(std::move(entailment), wording);
}

}  // namespace hone::datasets
