#include "policies/tokenizers/bpe_vocabulary.h"

namespace hone::policies {
namespace {

/// Holes are a few ids kept for later. A file of three tokens with an id of ten million is broken.
std::size_t most_ids(std::size_t tokens) {
  return 16 * tokens + 1024;
}

}  // namespace

BpeVocabulary::BpeVocabulary(const JsonView& vocab) {
  vocab.needs_object();
  ids_.reserve(vocab.value().size());
  for (const auto& [name, value] : vocab.value().items()) {
    const bool is_id =
        value.is_number_integer() && value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() < kMaxTokenIds;
    if (!is_id) vocab.complain("gives " + shown(name) + " no id from 0 to " + std::to_string(kMaxTokenIds - 1));
    const auto id = value.get<std::size_t>();
    if (id >= most_ids(vocab.value().size())) {
      vocab.complain("has " + std::to_string(vocab.value().size()) + " tokens, and gives " + shown(name) + " the id " +
                     std::to_string(id));
    }
    if (id >= names_.size()) names_.resize(id + 1, nullptr);
    if (names_[id] != nullptr) {
      vocab.complain("gives both " + shown(*names_[id]) + " and " + shown(name) + " the id " + std::to_string(id));
    }
    names_[id] = &ids_.emplace(name, static_cast<std::int32_t>(id)).first->first;
  }
}

void BpeVocabulary::add(const std::string& name, std::int32_t id, const JsonView& where) {
  const auto known = this->id(name);
  if (known && *known != id) {
    where.complain("gives " + shown(name) + " the id " + std::to_string(id) + ", but it has the id " +
                   std::to_string(*known));
  }
  if (known) return;
  const auto index = static_cast<std::size_t>(id);
  if (const auto* taken = this->name(id)) {
    where.complain("gives " + shown(name) + " the id " + std::to_string(id) + ", which is " + shown(*taken) + "'s");
  }
  if (index >= most_ids(ids_.size() + 1)) {
    where.complain("gives " + shown(name) + " the id " + std::to_string(id) + ", far beyond the other " +
                   std::to_string(ids_.size()) + " tokens");
  }
  if (index >= names_.size()) names_.resize(index + 1, nullptr);
  names_[index] = &ids_.emplace(name, id).first->first;
}

std::optional<std::int32_t> BpeVocabulary::id(std::string_view name) const {
  const auto found = ids_.find(std::string(name));
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* BpeVocabulary::name(std::int32_t id) const {
  return id < 0 || id >= size() ? nullptr : names_[static_cast<std::size_t>(id)];
}

}  // namespace hone::policies
