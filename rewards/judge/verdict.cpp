#include "rewards/judge/verdict.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/in_quotes.h"
#include "rewards/readable.h"

namespace hone::rewards {
namespace {

using nlohmann::json;

constexpr std::size_t kMostReplyBytes = std::size_t{256} << 10;  // the end of a longer one is read
constexpr std::size_t kMostStarts = 128;                         // braces at which an object may begin, the last ones
constexpr int kMostDepth = 32;

/// The object that begins here, up to its closing brace; empty where it has none or is nested too deeply.
std::string_view balanced(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMostDepth) {
        return {};
      }
    } else if (c == '}' || c == ']') {
      if (--depth == 0) {
        return text.substr(0, i + 1);
      }
    }
  }
  return {};
}

std::vector<std::size_t> last_starts(std::string_view reply) {
  std::vector<std::size_t> starts;
  for (std::size_t at = reply.rfind('{'); at != std::string_view::npos && starts.size() < kMostStarts;
       at = at == 0 ? std::string_view::npos : reply.rfind('{', at - 1)) {
    starts.push_back(at);
  }
  return starts;
}

/// Objects are tried from the last one backwards; those inside a greater one lack the key.
std::optional<json> last_object(std::string_view reply) {
  for (const std::size_t start : last_starts(reply)) {
    const std::string_view text = balanced(reply.substr(start));
    if (text.find("\"verdicts\"") == std::string_view::npos) {
      continue;
    }
    json object = json::parse(text, nullptr, false);
    if (object.is_object() && object.contains("verdicts")) {
      return object;
    }
  }
  return std::nullopt;
}

std::string folded(std::string_view word) {
  while (!word.empty() && std::isspace(static_cast<unsigned char>(word.front())) != 0) {
    word.remove_prefix(1);
  }
  while (!word.empty() && std::isspace(static_cast<unsigned char>(word.back())) != 0) {
    word.remove_suffix(1);
  }
  std::string lowered(word);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

/// A scale of numbers may be answered with a number.
std::optional<std::string> word_of(const json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_number_integer() ? std::optional(value.dump()) : std::nullopt;
}

std::string problem_with(const json& entry, const Criterion& criterion, Verdict& verdict) {
  const std::string id = core::in_quotes(criterion.id);
  if (!entry.contains("verdict") || !entry.contains("reason") || !entry["reason"].is_string()) {
    return "the entry of " + id + " needs \"reason\" and \"verdict\", both text";
  }
  const auto word = word_of(entry["verdict"]);
  const auto found = std::find_if(criterion.scale.begin(), criterion.scale.end(),
                                  [&](const std::string& known) { return word && folded(known) == folded(*word); });
  if (found == criterion.scale.end()) {
    return "the verdict of " + id + " is none of its scale";
  }
  const auto rank = static_cast<double>(found - criterion.scale.begin());
  verdict = {rank / static_cast<double>(criterion.scale.size() - 1), *found,
             readable(entry["reason"].get<std::string>())};
  return "";
}

}  // namespace

Verdicts read_verdicts(std::string_view reply, std::span<const Criterion> criteria) {
  if (reply.size() > kMostReplyBytes) {
    reply.remove_prefix(reply.size() - kMostReplyBytes);
  }
  const auto object = last_object(reply);
  if (!object) {
    return {{}, "there is no JSON object with the key \"verdicts\" in it"};
  }
  const json& entries = (*object)["verdicts"];
  if (!entries.is_array() || entries.size() != criteria.size()) {
    return {{}, "\"verdicts\" needs a list of " + std::to_string(criteria.size()) + " entries, one for each criterion"};
  }
  Verdicts read;
  for (const Criterion& criterion : criteria) {
    const auto is_its = [&](const json& entry) {
      return entry.is_object() && entry.contains("id") && entry["id"] == criterion.id;
    };
    if (std::count_if(entries.begin(), entries.end(), is_its) != 1) {
      return {{}, "\"verdicts\" needs exactly one entry with the id " + core::in_quotes(criterion.id)};
    }
    Verdict verdict;
    std::string problem = problem_with(*std::find_if(entries.begin(), entries.end(), is_its), criterion, verdict);
    if (!problem.empty()) {
      return {{}, std::move(problem)};
    }
    read.verdicts.push_back(std::move(verdict));
  }
  return read;
}

}  // namespace hone::rewards
