#include "rewards/rubric/formula.h"

#include <algorithm>
#include <cctype>

#include "core/config_text.h"
#include "core/error.h"
#include "core/in_quotes.h"

namespace hone::rewards::rubric {

/// Recursive descent: or < and < not < atom.
class FormulaReader {
 public:
  FormulaReader(std::string_view text, const std::vector<std::string>& names, const std::string& where)
      : text_(text), names_(names), where_(where) {
    formula_.uses_.resize(names.size());
  }

  Formula run() {
    (void)read_or();
    if (!word().empty()) refuse("ends behind a whole formula");
    return std::move(formula_);
  }

 private:
  using Node = Formula::Node;
  using Operation = Formula::Operation;
  static constexpr int kDeepest = 64;
  static constexpr std::size_t kMostNodes = 1000;

  [[noreturn]] void refuse(const std::string& what) const {
    throw core::ConfigError(where_ + " is " + core::in_quotes(text_) + ", which " + what + " at byte " +
                            std::to_string(std::min(at_, text_.size()) + 1) +
                            "; needs elements joined by and, or, not, parentheses, at_least(n, a, b)");
  }

  /// The next word or sign, not taken.
  std::string_view word() {
    const auto is_part = [&](std::size_t i) {
      const auto c = static_cast<unsigned char>(text_[i]);
      return std::isalnum(c) != 0 || c == '_' || c == '-' || c >= 0x80;
    };
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
    if (at_ >= text_.size()) return {};
    std::size_t end = at_;
    while (end < text_.size() && is_part(end)) ++end;
    return text_.substr(at_, std::max(end - at_, std::size_t{1}));
  }
  void take() { at_ += word().size(); }
  bool take_if(std::string_view wanted) {
    const bool is_it = word() == wanted;
    if (is_it) take();
    return is_it;
  }
  void need(std::string_view wanted) {
    if (!take_if(wanted)) refuse("lacks " + core::in_quotes(wanted));
  }

  std::size_t add(Node node) {
    if (formula_.nodes_.size() >= kMostNodes) refuse("has more than " + std::to_string(kMostNodes) + " parts");
    formula_.nodes_.push_back(std::move(node));
    return formula_.nodes_.size() - 1;
  }

  std::size_t read_or() { return read_list("or", &FormulaReader::read_and); }
  std::size_t read_and() { return read_list("and", &FormulaReader::read_not); }

  std::size_t read_list(std::string_view joint, std::size_t (FormulaReader::*read_part)()) {
    Node list{.operation = Operation::kAtLeast, .element = 0, .least = 1, .children = {(this->*read_part)()}};
    while (take_if(joint)) list.children.push_back((this->*read_part)());
    if (list.children.size() == 1) return list.children.front();
    if (joint == "and") list.least = list.children.size();
    return add(std::move(list));
  }

  std::size_t read_not() {
    if (++depth_ > kDeepest) refuse("is nested too deeply");
    std::size_t node = 0;
    if (take_if("not")) {
      const std::size_t inner = read_not();
      node = add({.operation = Operation::kNot, .element = 0, .least = 0, .children = {inner}});
    } else {
      node = read_atom();
    }
    --depth_;
    return node;
  }

  std::size_t read_atom() {
    if (take_if("(")) {
      const std::size_t inner = read_or();
      need(")");
      return inner;
    }
    if (take_if("at_least")) return read_at_least();
    const std::string name(word());
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
      const std::string near = core::text::nearest(name, names_);
      refuse("names no element" + (near.empty() ? std::string() : " (did you mean \"" + near + "\"?)"));
    }
    take();
    const auto element = static_cast<std::size_t>(found - names_.begin());
    formula_.uses_[element] = true;
    return add({.operation = Operation::kElement, .element = element, .least = 0, .children = {}});
  }

  std::size_t read_at_least() {
    need("(");
    Node list{.operation = Operation::kAtLeast, .element = 0, .least = 0, .children = {}};
    const std::string number(word());
    if (number.empty() || number.size() > 3 || !std::all_of(number.begin(), number.end(), ::isdigit)) {
      refuse("needs a number");
    }
    list.least = std::stoul(number);
    take();
    while (take_if(",")) list.children.push_back(read_or());
    need(")");
    if (list.least < 1 || list.least > list.children.size()) refuse("asks for more than it lists, or for none,");
    return add(std::move(list));
  }

  std::string_view text_;
  const std::vector<std::string>& names_;
  const std::string& where_;
  Formula formula_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

Formula::Formula(std::string_view text, const std::vector<std::string>& names, const std::string& where) {
  *this = FormulaReader(text, names, where).run();
}

Finding Formula::evaluate(const std::vector<Finding>& findings) const {
  std::vector<Finding> values;
  values.reserve(nodes_.size());
  for (const Node& node : nodes_) {
    if (node.operation == Operation::kElement) {
      values.push_back(findings[node.element]);
      continue;
    }
    std::size_t met = 0;
    std::size_t open = 0;
    for (const std::size_t child : node.children) {
      met += values[child] == Finding::kMet ? 1 : 0;
      open += values[child] == Finding::kUndetermined ? 1 : 0;
    }
    if (node.operation == Operation::kNot) {
      values.push_back(open > 0 ? Finding::kUndetermined : met > 0 ? Finding::kNotMet : Finding::kMet);
    } else {
      values.push_back(met >= node.least          ? Finding::kMet
                       : met + open >= node.least ? Finding::kUndetermined
                                                  : Finding::kNotMet);
    }
  }
  return values.empty() ? Finding::kUndetermined : values.back();
}

}  // namespace hone::rewards::rubric
