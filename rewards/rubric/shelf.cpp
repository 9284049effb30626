#include "rewards/rubric/shelf.h"

#include <algorithm>
#include <utility>

#include "core/config.h"
#include "core/config_text.h"
#include "core/error.h"
#include "core/files.h"
#include "core/in_quotes.h"

namespace hone::rewards::rubric {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEntries = 2048;  // twice: fresh and old
constexpr std::uint64_t kRubricBytesMax = std::uint64_t{4} << 20;

const json kNull;

const json& member(const datasets::Question& question, const char* key) {
  if (!question.reference.is_object()) return kNull;
  const auto found = question.reference.find(key);
  return found == question.reference.end() ? kNull : *found;
}

std::string prompt_of(const datasets::Question& question) {
  std::string text;
  for (const datasets::Message& message : question.messages) {
    text += message.content;
    text += '\n';
  }
  return text;
}

/// "rubric_gould" would leave the rubric's own gold in force, and nobody would see.
void refuse_misspelt(const datasets::Question& question) {
  if (!question.reference.is_object()) return;
  for (const auto& [key, value] : question.reference.items()) {
    if (!key.starts_with("rubric") || key == "rubric" || key == "rubric_gold") continue;
    if (const std::string near = core::text::nearest(key, {"rubric", "rubric_gold"}); !near.empty()) {
      throw core::ConfigError("question " + core::in_quotes(question.id) + ": unknown key " + core::in_quotes(key) +
                              ", did you mean \"" + near + "\"?");
    }
  }
}

json load_rubric(const std::filesystem::path& path) {
  return core::parse_json_text(core::read_bounded_file(path, kRubricBytesMax), path.string());
}

std::vector<std::vector<std::uint64_t>> copied_runs(const Rubric& rubric, const Texts& prompt) {
  std::vector<std::vector<std::uint64_t>> runs(rubric.items.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const WrittenItem& item = rubric.items[i].written;
    if (item.check != Check::kNoCopy) continue;
    const std::size_t length = item.words == 0 ? 8 : static_cast<std::size_t>(item.words);
    const auto add = [&](const Texts& texts) {
      const auto more = texts.runs(length);
      runs[i].insert(runs[i].end(), more.begin(), more.end());
    };
    for (const Source source : item.source.empty() ? std::vector<Source>{Source::kPrompt} : item.source) {
      add(source == Source::kPrompt ? prompt : source == Source::kRecord ? rubric.record : rubric.provisions);
    }
    std::sort(runs[i].begin(), runs[i].end());
  }
  return runs;
}

}  // namespace

Shelf::Shelf(const std::string& rubrics, ScorerSetting setting) : setting_(std::move(setting)) {
  if (rubrics.empty()) return;
  const std::filesystem::path path = setting_.folder / rubrics;
  if (std::filesystem::is_directory(path)) {
    folder_ = path;
    return;
  }
  file_ = load_rubric(path);
  file_name_ = path.string();
  folder_ = path.parent_path();
  // A question may bring the gold; then the file alone need not be whole.
  try {
    common_ = compile_rubric(file_, kNull, file_name_, setting_);
  } catch (const core::ConfigError& error) {
    const bool has_gold = file_.is_object() && file_.contains("gold");
    if (has_gold || std::string_view(error.what()).find("gold") == std::string_view::npos) throw;
  }
}

std::shared_ptr<const Shelf::Entry> Shelf::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = fresh_.find(id); found != fresh_.end()) return found->second;
  const auto found = old_.find(id);
  return found == old_.end() ? nullptr : found->second;
}

void Shelf::keep(const std::string& id, std::shared_ptr<const Entry> entry) const {
  const std::lock_guard lock(mutex_);
  if (fresh_.size() >= kMostEntries) {
    old_ = std::move(fresh_);
    fresh_.clear();
  }
  fresh_[id] = std::move(entry);
}

json Shelf::load(const std::string& name, const datasets::Question& question) const {
  const std::filesystem::path path(name);
  const bool leaves = std::any_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
  if (path.is_absolute() || leaves || name.empty()) {
    throw core::ConfigError("question " + core::in_quotes(question.id) + ": rubric is " + core::in_quotes(name) +
                            ", needs a file within the folder of the option rubrics");
  }
  return load_rubric((folder_.empty() ? setting_.folder : folder_) / path);
}

std::shared_ptr<const Prepared> Shelf::make(const json& rubric, const json& gold, const datasets::Question& question,
                                            std::string prompt) const {
  auto made = std::make_shared<Prepared>();
  const bool is_file = rubric.is_null() || rubric.is_string();
  const std::string where = rubric.is_null() ? file_name_
                            : is_file        ? rubric.get<std::string>()
                                             : "question " + core::in_quotes(question.id) + ": rubric";
  if (rubric.is_null() && gold.is_null() && common_) {
    made->rubric = common_;
  } else {
    made->rubric = compile_rubric(rubric.is_null() ? file_
                                  : is_file        ? load(rubric.get<std::string>(), question)
                                                   : rubric,
                                  gold, where, setting_);
  }
  made->prompt = std::move(prompt);
  made->prompt_words.add(made->prompt);
  made->prompt_words.compile();
  made->copied = copied_runs(*made->rubric, made->prompt_words);
  return made;
}

std::shared_ptr<const Prepared> Shelf::prepared(const datasets::Question& question) const {
  const json& rubric = member(question, "rubric");
  const json& gold = member(question, "rubric_gold");
  refuse_misspelt(question);
  if (rubric.is_null() && file_.is_null()) return nullptr;
  std::string prompt = prompt_of(question);
  if (const auto entry = find(question.id);
      entry && entry->prompt == prompt && entry->rubric == rubric && entry->gold == gold) {
    return entry->prepared;
  }
  auto entry = std::make_shared<Entry>(Entry{rubric, gold, prompt, nullptr});
  entry->prepared = make(rubric, gold, question, std::move(prompt));
  keep(question.id, entry);
  return entry->prepared;
}

}  // namespace hone::rewards::rubric
