#include "policies/safetensors_index.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/in_quotes.h"

namespace hone::policies {
namespace {

using core::in_quotes;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the reference implementation's bound
constexpr std::size_t kMaxDimensions = 32;
// An entry takes many times the bytes in memory that its shortest form takes in a file; real ones are far below these.
constexpr std::size_t kMaxTensors = std::size_t{1} << 20;
constexpr std::size_t kMaxMetadata = std::size_t{1} << 16;
constexpr std::size_t kMaxMapBytes = std::size_t{64} << 20;

struct TypeRow {
  SafetensorsType type;
  std::string_view word;
  std::size_t bytes;
};
constexpr std::array<TypeRow, 10> kTypes{{
    {SafetensorsType::kF64, "F64", 8},
    {SafetensorsType::kF32, "F32", 4},
    {SafetensorsType::kF16, "F16", 2},
    {SafetensorsType::kBF16, "BF16", 2},
    {SafetensorsType::kI64, "I64", 8},
    {SafetensorsType::kI32, "I32", 4},
    {SafetensorsType::kI16, "I16", 2},
    {SafetensorsType::kI8, "I8", 1},
    {SafetensorsType::kU8, "U8", 1},
    {SafetensorsType::kBool, "BOOL", 1},
}};

const TypeRow& row_of(SafetensorsType type) {
  return kTypes.at(static_cast<std::size_t>(type));
}

[[noreturn]] void refuse(const std::string& source, const std::string& what) {
  throw core::DataError(source + ": " + what);
}

/// What one tensor's object said; offsets are relative to the end of the header, as in the file.
struct Declared {
  std::optional<SafetensorsType> type;
  std::optional<std::vector<std::uint64_t>> shape;
  std::optional<std::vector<std::uint64_t>> offsets;
};

/// shape · element size, or nothing where that passes 63 bits, or would with 1 in place of 0: then the strides would.
std::optional<std::uint64_t> checked_bytes(const std::vector<std::uint64_t>& shape, std::size_t element) {
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t product = element;
  bool is_empty = false;
  for (const auto size : shape) {
    if (size > kLargest || (size != 0 && product > kLargest / size)) return std::nullopt;
    is_empty = is_empty || size == 0;
    product *= std::max<std::uint64_t>(size, 1);
  }
  return is_empty ? 0 : product;
}

SafetensorsEntry checked_entry(const std::string& name, const Declared& declared, std::uint64_t data_bytes,
                               const std::string& source) {
  const auto where = "tensor " + in_quotes(name);
  if (!declared.type || !declared.shape || !declared.offsets || declared.offsets->size() != 2) {
    refuse(source, where + " needs dtype, shape and two data_offsets");
  }
  const auto begin = (*declared.offsets)[0];
  const auto end = (*declared.offsets)[1];
  if (begin > end || end > data_bytes) {
    refuse(source, where + " has data_offsets [" + std::to_string(begin) + ", " + std::to_string(end) +
                       "], the file holds " + std::to_string(data_bytes) + " bytes of tensors");
  }
  const auto bytes = checked_bytes(*declared.shape, row_of(*declared.type).bytes);
  if (!bytes || *bytes != end - begin) {
    refuse(source, where + " needs " + (bytes ? std::to_string(*bytes) : "more than 2^63") +
                       " bytes for its shape, its data_offsets give " + std::to_string(end - begin));
  }
  return {
      .type = *declared.type, .shape = {declared.shape->begin(), declared.shape->end()}, .begin = begin, .end = end};
}

/// Builds the index while the header is scanned, so that nothing is kept that a good header does not hold.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// `data_bytes` follow the header.
  HeaderReader(std::uint64_t data_bytes, const std::string& source) : data_bytes_(data_bytes), source_(source) {}

  SafetensorsIndex index;

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("a boolean"); }
  bool number_float(number_float_t, const string_t&) override { unexpected("a fraction"); }
  bool binary(binary_t&) override { unexpected("binary data"); }
  bool number_integer(number_integer_t) override { unexpected("a negative number"); }

  bool number_unsigned(number_unsigned_t number) override {
    if (numbers_ == nullptr) unexpected("a number");
    if (numbers_->size() == kMaxDimensions) refuse(source_, place() + " has more than 32 numbers");
    numbers_->push_back(number);
    return true;
  }

  bool string(string_t& text) override {
    if (depth_ == 2 && in_metadata_) {
      if (index.metadata.size() == kMaxMetadata) refuse(source_, place() + " is one key too many");
      index.metadata[field_] = text;
    } else if (depth_ == 2 && field_ == "dtype") {
      declared_.type = type_named(text);
    } else {
      unexpected("a string");
    }
    return true;
  }

  bool start_object(std::size_t) override {
    if (numbers_ != nullptr || depth_ >= 2) unexpected("an object");
    ++depth_;
    return true;
  }

  bool end_object() override {
    --depth_;
    field_.clear();
    if (depth_ == 1 && !in_metadata_) {
      index.entries.emplace(tensor_, checked_entry(tensor_, declared_, data_bytes_, source_));
    }
    return true;
  }

  bool key(string_t& name) override {
    if (depth_ == 1) {
      enter(name);
      return true;
    }
    field_ = name;
    if (!fields_.insert(name).second) refuse(source_, place() + " is there twice");
    if (!in_metadata_ && name != "dtype" && name != "shape" && name != "data_offsets") {
      refuse(source_, place() + " is not a key of the format");
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || numbers_ != nullptr) unexpected("an array");
    if (field_ != "shape" && field_ != "data_offsets") unexpected("an array");
    numbers_ = &(field_ == "shape" ? declared_.shape : declared_.offsets).emplace();
    return true;
  }

  bool end_array() override {
    numbers_ = nullptr;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    refuse(source_, "the header is not JSON at its byte " + std::to_string(position));
  }

 private:
  void enter(const std::string& name) {
    tensor_ = name;
    fields_.clear();
    field_.clear();
    declared_ = {};
    in_metadata_ = name == "__metadata__";
    const bool is_new = in_metadata_ ? !std::exchange(had_metadata_, true) : !index.entries.contains(name);
    if (!is_new) refuse(source_, place() + " is there twice");
    if (index.entries.size() == kMaxTensors) refuse(source_, place() + " is one tensor too many");
  }

  SafetensorsType type_named(const std::string& word) const {
    const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& row) { return row.word == word; });
    if (found != kTypes.end()) return found->type;
    refuse(source_,
           place() + " is " + in_quotes(word) + ", needs one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL");
  }

  std::string place() const {
    if (depth_ == 0) return "the header";
    return "tensor " + in_quotes(tensor_) + (field_.empty() ? "" : ", " + in_quotes(field_));
  }

  [[noreturn]] void unexpected(const std::string& found) const { refuse(source_, place() + " holds " + found); }

  std::uint64_t data_bytes_;
  const std::string& source_;
  int depth_ = 0;
  std::string tensor_;
  std::string field_;
  std::set<std::string> fields_;
  bool in_metadata_ = false;
  bool had_metadata_ = false;
  Declared declared_;
  std::vector<std::uint64_t>* numbers_ = nullptr;
};

/// The tensors must tile the data exactly: a gap could hide anything, an overlap lets one tensor alias another.
void check_tiling(const SafetensorsIndex& index, std::uint64_t data_bytes, const std::string& source) {
  using Item = std::pair<const std::string, SafetensorsEntry>;
  std::vector<const Item*> order;
  order.reserve(index.entries.size());
  for (const auto& item : index.entries) order.push_back(&item);
  std::sort(order.begin(), order.end(), [](const Item* a, const Item* b) {
    return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
  });
  std::uint64_t reached = 0;
  for (const auto* item : order) {
    if (item->second.begin != reached) {
      refuse(source, "tensor " + in_quotes(item->first) + " begins at byte " + std::to_string(item->second.begin) +
                         " of the data, needs to begin where the one before ends, at " + std::to_string(reached));
    }
    reached = item->second.end;
  }
  if (reached != data_bytes) {
    refuse(source, std::to_string(data_bytes - reached) + " bytes behind the last tensor belong to none");
  }
}

/// A file of this folder, by a name that fits in a message.
bool is_plain_name(std::string_view name) {
  constexpr std::size_t kLongest = 255;
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return c == '/' || c == '\\' || c == 0x7F || static_cast<unsigned char>(c) < 0x20;
         });
}

/// Keeps weight_map and passes over whatever stands beside it.
class ShardMapReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit ShardMapReader(const std::string& source) : source_(source) {}

  std::map<std::string, std::string> take() && {
    if (!had_map_) refuse(source_, kNeed);
    return std::move(shards_);
  }

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }

  bool string(string_t& text) override {
    if (depth_ != 2 || !in_map_ || !is_plain_name(text)) return value();
    if (shards_.size() == kMaxTensors) refuse(source_, in_quotes(tensor_) + " is one tensor too many");
    shards_.emplace(tensor_, text);
    return true;
  }

  bool start_object(std::size_t) override {
    if (depth_ != 0 && !(depth_ == 1 && in_map_)) value();
    ++depth_;
    return true;
  }

  bool start_array(std::size_t) override {
    value();
    ++depth_;
    return true;
  }

  bool end_object() override { return end_array(); }
  bool end_array() override {
    --depth_;
    return true;
  }

  bool key(string_t& name) override {
    if (depth_ == 1) {
      in_map_ = name == "weight_map";
      if (in_map_ && std::exchange(had_map_, true)) refuse(source_, "weight_map is there twice");
    } else if (in_map_) {
      tensor_ = name;
      if (shards_.contains(name)) refuse(source_, in_quotes(name) + " is there twice");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    refuse(source_, "is not JSON at byte " + std::to_string(position));
  }

 private:
  static constexpr const char* kNeed = "needs an object weight_map";

  /// Any value but those that belong where they stand.
  bool value() const {
    if (depth_ == 0 || (depth_ == 1 && in_map_)) refuse(source_, kNeed);
    if (in_map_) {
      refuse(source_, "weight_map." + in_quotes(tensor_) + " needs the plain name of a file in this folder");
    }
    return true;
  }

  const std::string& source_;
  int depth_ = 0;
  bool in_map_ = false;
  bool had_map_ = false;
  std::string tensor_;
  std::map<std::string, std::string> shards_;
};

}  // namespace

std::size_t element_bytes(SafetensorsType type) {
  return row_of(type).bytes;
}

std::string_view type_word(SafetensorsType type) {
  return row_of(type).word;
}

SafetensorsIndex parse_safetensors(std::span<const std::byte> file, const std::string& source) {
  if (file.size() < kLengthBytes) {
    refuse(source, "has " + std::to_string(file.size()) + " bytes, a safetensors file needs at least 8");
  }
  std::uint64_t header_bytes = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;)
    header_bytes = header_bytes << 8 | std::to_integer<std::uint64_t>(file[i]);
  if (header_bytes > kMaxHeaderBytes || header_bytes > file.size() - kLengthBytes) {
    refuse(source, "declares a header of " + std::to_string(header_bytes) + " bytes in a file of " +
                       std::to_string(file.size()) + ", at most 100000000 are read");
  }
  const auto* text = reinterpret_cast<const char*>(file.data()) + kLengthBytes;
  if (header_bytes == 0 || *text != '{') refuse(source, "the header does not begin with '{'");

  const auto data_begin = kLengthBytes + header_bytes;
  const auto data_bytes = file.size() - data_begin;
  HeaderReader reader(data_bytes, source);
  nlohmann::json::sax_parse(text, text + header_bytes, &reader);

  auto index = std::move(reader.index);
  check_tiling(index, data_bytes, source);
  for (auto& [name, entry] : index.entries) {
    entry.begin += data_begin;
    entry.end += data_begin;
  }
  return index;
}

std::map<std::string, std::string> parse_shard_map(std::string_view text, const std::string& source) {
  if (text.size() > kMaxMapBytes) {
    refuse(source,
           "has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(kMaxMapBytes) + " are read");
  }
  ShardMapReader reader(source);
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return std::move(reader).take();
}

}  // namespace hone::policies
