#include "policies/tokenizers/bpe_model.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "policies/tokenizers/byte_alphabet.h"
#include "policies/tokenizers/characters.h"

namespace hone::policies {
namespace {

constexpr std::string_view kSpaceMark = "\xE2\x96\x81";  // U+2581
constexpr std::int32_t kNoId = -1;

std::string byte_token(unsigned byte) {
  char name[8];
  std::snprintf(name, sizeof name, "<0x%02X>", byte);
  return name;
}

void refuse_unsupported(const JsonView& json) {
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const auto affix = json.find(key);
    if (affix && !affix->string().empty()) affix->refuse("null or \"\"");
  }
  // Zero is what `tokenizers` writes for none, too.
  const auto dropout = json.find("dropout");
  if (dropout && dropout->value() != 0) dropout->refuse("null: leaving merges out at random is for training");
}

std::size_t merge_count(const JsonView& json) {
  return json.at("merges").size();
}

}  // namespace

JsonView bpe_model(const JsonView& document) {
  const auto model = document.at("model");
  const auto type = model.find("type");  // files from before 2020 have none
  if (type && type->string() != "BPE") type->refuse("\"BPE\"");
  return model;
}

BpeModel::BpeModel(const JsonView& json, const BpeVocabulary& vocabulary, Symbols symbols)
    : symbols_(symbols), merges_((refuse_unsupported(json), merge_count(json))) {
  ignore_merges_ = json.boolean_or("ignore_merges", false);
  fuse_unknown_ = json.boolean_or("fuse_unk", false);
  falls_back_to_bytes_ = json.boolean_or("byte_fallback", false);
  if (const auto unknown = json.find("unk_token")) {
    unknown_id_ = vocabulary.id(unknown->string());
    if (!unknown_id_) unknown->refuse("a token of model.vocab");
  }
  read_symbols(json, vocabulary);
  read_merges(json.at("merges"), vocabulary);
  if (ignore_merges_) read_words(vocabulary);
  // Where no merge joins a mark to what stands before it, a word may be cut there: the same ids, from shorter words
  // that the cache knows. Vocabularies made from SentencePiece see a whole text as one word.
  cuts_at_space_marks_ = symbols_ == Symbols::kCharacters && !ignore_merges_ && vocabulary.id(kSpaceMark).has_value();
}

void BpeModel::read_symbols(const JsonView& json, const BpeVocabulary& vocabulary) {
  small_symbols_.fill(kNoId);
  bool has_all = true;
  for (unsigned value = 0; value < 256; ++value) {
    byte_tokens_[value] = vocabulary.id(byte_token(value)).value_or(kNoId);
    std::string name;
    if (symbols_ == Symbols::kBytes) {
      name = alphabet_of_bytes(std::string(1, static_cast<char>(value)));
    } else {
      append_utf8(value, name);
    }
    small_symbols_[value] = vocabulary.id(name).value_or(kNoId);
    has_all &= small_symbols_[value] != kNoId;
  }
  if (symbols_ == Symbols::kBytes) {
    if (falls_back_to_bytes_ && !has_all) {
      json.at("byte_fallback").refuse("false, or a vocabulary with all 256 bytes beside ByteLevel");
    }
    return;
  }
  for (std::int32_t id = 0; id < vocabulary.size(); ++id) {
    const auto* name = vocabulary.name(id);
    if (name == nullptr || name->empty() || name->size() > 4) continue;
    const auto character = character_at(*name, 0);
    if (character.bytes == name->size() && character.code >= 256) large_symbols_.emplace(character.code, id);
  }
}

void BpeModel::read_merges(const JsonView& merges, const BpeVocabulary& vocabulary) {
  for (std::size_t i = 0; i < merges.size(); ++i) {
    const auto& entry = merges.value()[i];
    const auto rank = static_cast<std::uint32_t>(i);
    if (entry.is_string()) {
      const auto& text = entry.get_ref<const std::string&>();
      const auto space = text.find(' ');
      if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
        merges.element(i).refuse("two tokens with one space between");
      }
      add_merge(text.substr(0, space), text.substr(space + 1), merges, rank, vocabulary);
    } else if (entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string()) {
      add_merge(entry[0].get_ref<const std::string&>(), entry[1].get_ref<const std::string&>(), merges, rank,
                vocabulary);
    } else {
      merges.element(i).refuse("\"a b\" or [\"a\", \"b\"]");
    }
  }
}

void BpeModel::add_merge(const std::string& left, const std::string& right, const JsonView& where, std::uint32_t rank,
                         const BpeVocabulary& vocabulary) {
  const auto left_id = vocabulary.id(left);
  const auto right_id = vocabulary.id(right);
  const auto merged_id = vocabulary.id(left + right);
  if (!left_id || !right_id || !merged_id || left.empty() || right.empty()) {
    where.element(rank).complain("merges " + shown(left) + " and " + shown(right) +
                                 ", which are not both in model.vocab, or their joining is not");
  }
  merges_.insert(*left_id, *right_id, {rank, *merged_id});
  if (right.compare(0, kSpaceMark.size(), kSpaceMark) == 0) {
    joins_space_mark_.insert(character_at(left, previous_character(left, left.size())).code);
  }
}

void BpeModel::read_words(const BpeVocabulary& vocabulary) {
  for (std::int32_t id = 0; id < vocabulary.size(); ++id) {
    const auto* name = vocabulary.name(id);
    if (name == nullptr) continue;
    const auto word = symbols_ == Symbols::kBytes ? bytes_of_alphabet(*name) : std::optional(*name);
    if (word) words_.emplace(*word, id);
  }
}

void BpeModel::encode(std::string_view word, Workspace& workspace, std::vector<std::int32_t>& ids) const {
  if (!cuts_at_space_marks_) return encode_part(word, workspace, ids);
  std::size_t begin = 0;
  auto mark = word.find(kSpaceMark, 1);
  for (; mark != std::string_view::npos; mark = word.find(kSpaceMark, mark + kSpaceMark.size())) {
    if (joins_space_mark_.count(character_at(word, previous_character(word, mark)).code) != 0) continue;
    encode_part(word.substr(begin, mark - begin), workspace, ids);
    begin = mark;
  }
  encode_part(word.substr(begin), workspace, ids);
}

void BpeModel::encode_part(std::string_view part, Workspace& workspace, std::vector<std::int32_t>& ids) const {
  if (part.empty()) return;
  if (const auto known = workspace.cache.find(part); !known.empty()) {
    ids.insert(ids.end(), known.begin(), known.end());
    return;
  }
  auto& part_ids = workspace.ids;
  part_ids.clear();
  const auto word = ignore_merges_ ? words_.find(std::string(part)) : words_.end();
  if (word != words_.end()) {
    part_ids.push_back(word->second);
  } else {
    append_symbols(part, part_ids);
    merge_all(part_ids, merges_, workspace.merging);
  }
  workspace.cache.put(part, part_ids);
  ids.insert(ids.end(), part_ids.begin(), part_ids.end());
}

std::int32_t BpeModel::symbol(std::string_view spelling, char32_t code) const {
  if (symbols_ == Symbols::kBytes) return small_symbols_[static_cast<unsigned char>(spelling.front())];
  if (code < small_symbols_.size()) return small_symbols_[code];
  const auto found = large_symbols_.find(code);
  return found == large_symbols_.end() ? kNoId : found->second;
}

/// As `tokenizers` has it: an unknown symbol is told only when the next known one comes, so that several can fuse, and
/// is dropped where the model has no unk_token.
void BpeModel::append_symbols(std::string_view part, std::vector<std::int32_t>& ids) const {
  bool is_unknown_pending = false;
  for (std::size_t at = 0; at < part.size();) {
    const auto character = symbols_ == Symbols::kBytes ? Character{} : character_at(part, at);
    const auto spelling = part.substr(at, character.bytes);
    at += character.bytes;
    const auto id = symbol(spelling, character.code);
    if (id != kNoId) {
      if (std::exchange(is_unknown_pending, false)) ids.push_back(*unknown_id_);
      ids.push_back(id);
      continue;
    }
    const auto token_of = [&](char byte) { return byte_tokens_[static_cast<unsigned char>(byte)]; };
    const bool has_bytes = falls_back_to_bytes_ && std::all_of(spelling.begin(), spelling.end(),
                                                               [&](char byte) { return token_of(byte) != kNoId; });
    if (has_bytes) {
      for (const char byte : spelling) ids.push_back(token_of(byte));
    } else if (unknown_id_) {
      if (is_unknown_pending && !fuse_unknown_) ids.push_back(*unknown_id_);
      is_unknown_pending = true;
    }
  }
  if (is_unknown_pending) ids.push_back(*unknown_id_);
}

}  // namespace hone::policies
