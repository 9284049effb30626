#include "policies/safetensors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "core/error.h"
#include "core/in_quotes.h"
#include "policies/mapped_file.h"
#include "policies/safetensors_index.h"
#include "policies/streaming_file.h"

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian numbers");

namespace hone::policies {
namespace {

struct Dtype {
  SafetensorsType type;
  at::ScalarType scalar;
};
constexpr std::array<Dtype, 10> kDtypes{{
    {SafetensorsType::kF64, at::kDouble},
    {SafetensorsType::kF32, at::kFloat},
    {SafetensorsType::kF16, at::kHalf},
    {SafetensorsType::kBF16, at::kBFloat16},
    {SafetensorsType::kI64, at::kLong},
    {SafetensorsType::kI32, at::kInt},
    {SafetensorsType::kI16, at::kShort},
    {SafetensorsType::kI8, at::kChar},
    {SafetensorsType::kU8, at::kByte},
    {SafetensorsType::kBool, at::kBool},
}};
constexpr std::array kWritten{at::kFloat, at::kBFloat16, at::kHalf, at::kLong, at::kByte};

at::ScalarType scalar_type(SafetensorsType type) {
  return std::find_if(kDtypes.begin(), kDtypes.end(), [&](const Dtype& row) { return row.type == type; })->scalar;
}

std::optional<SafetensorsType> written_type(at::ScalarType scalar) {
  if (std::find(kWritten.begin(), kWritten.end(), scalar) == kWritten.end()) return std::nullopt;
  return std::find_if(kDtypes.begin(), kDtypes.end(), [&](const Dtype& row) { return row.scalar == scalar; })->type;
}

std::string shape_words(at::IntArrayRef shape) {
  std::ostringstream words;
  words << shape;
  return words.str();
}

struct Shard {
  std::string path;
  MappedFile file;
  SafetensorsIndex index;
};

Shard open_shard(const std::filesystem::path& path) {
  MappedFile file(path);
  auto index = parse_safetensors(file.bytes(), path.string());
  return {.path = path.string(), .file = std::move(file), .index = std::move(index)};
}

using Named = std::pair<const std::string, at::Tensor>;

std::uint64_t byte_count(const at::Tensor& tensor) {
  return static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
}

/// Wide elements first and then by name: every tensor is aligned to its own element, and the order given is no matter.
std::vector<const Named*> file_order(const std::map<std::string, at::Tensor>& tensors) {
  std::vector<const Named*> order;
  for (const auto& item : tensors) order.push_back(&item);
  std::stable_sort(order.begin(), order.end(),
                   [](const Named* a, const Named* b) { return a->second.element_size() > b->second.element_size(); });
  return order;
}

std::string header_text(const std::vector<const Named*>& order, const std::map<std::string, std::string>& metadata) {
  auto header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const auto* item : order) {
    const auto end = offset + byte_count(item->second);
    header[item->first] = {{"dtype", type_word(*written_type(item->second.scalar_type()))},
                           {"shape", item->second.sizes().vec()},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  auto text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

struct WeightFiles::Files {
  struct Place {
    const Shard* shard;
    const SafetensorsEntry* entry;
  };
  std::string source;
  std::vector<std::unique_ptr<Shard>> shards;
  std::map<std::string, Place> places;
  std::map<std::string, std::string> metadata;

  const Shard& add(const std::filesystem::path& path) {
    shards.push_back(std::make_unique<Shard>(open_shard(path)));
    metadata.insert(shards.back()->index.metadata.begin(), shards.back()->index.metadata.end());
    return *shards.back();
  }

  const Place& place(const std::string& name) const {
    const auto found = places.find(name);
    if (found == places.end()) throw core::DataError(source + ": no tensor \"" + name + "\"");
    return found->second;
  }

  /// A view of the mapping, valid while it lives; a copy where an odd header left the data unaligned.
  static at::Tensor view(const Place& place) {
    const auto& entry = *place.entry;
    const auto scalar = scalar_type(entry.type);
    const auto* data = place.shard->file.bytes().data() + entry.begin;
    const auto bytes = entry.end - entry.begin;
    if (bytes == 0) return at::empty(entry.shape, scalar);
    if (reinterpret_cast<std::uintptr_t>(data) % element_bytes(entry.type) == 0) {
      return at::from_blob(const_cast<std::byte*>(data), entry.shape, at::TensorOptions().dtype(scalar));
    }
    auto aligned = at::empty(entry.shape, scalar);
    std::memcpy(aligned.data_ptr(), data, bytes);
    return aligned;
  }
};

WeightFiles::WeightFiles(std::unique_ptr<Files> files) : files_(std::move(files)) {}
WeightFiles::WeightFiles(WeightFiles&&) noexcept = default;
WeightFiles& WeightFiles::operator=(WeightFiles&&) noexcept = default;
WeightFiles::~WeightFiles() = default;

WeightFiles WeightFiles::open_file(const std::filesystem::path& path) {
  auto files = std::make_unique<Files>();
  files->source = path.string();
  const auto& shard = files->add(path);
  for (const auto& [name, entry] : shard.index.entries) files->places[name] = {&shard, &entry};
  return WeightFiles(std::move(files));
}

WeightFiles WeightFiles::open(const std::filesystem::path& folder) {
  const auto single = folder / "model.safetensors";
  const auto list = folder / "model.safetensors.index.json";
  if (std::filesystem::exists(single)) return open_file(single);
  if (!std::filesystem::exists(list)) {
    throw core::FileError(folder.string() + ": needs model.safetensors or model.safetensors.index.json, has neither");
  }
  auto files = std::make_unique<Files>();
  files->source = list.string();
  const MappedFile text(list);
  const auto bytes = text.bytes();
  const auto shard_of = parse_shard_map({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, files->source);
  std::map<std::string, const Shard*> opened;
  for (const auto& [name, file] : shard_of) {
    auto& shard = opened[file];
    if (shard == nullptr) shard = &files->add(folder / file);
    const auto entry = shard->index.entries.find(name);
    if (entry == shard->index.entries.end()) {
      throw core::DataError(shard->path + ": no tensor " + core::in_quotes(name) + ", which " + files->source +
                            " places there");
    }
    files->places[name] = {shard, &entry->second};
  }
  return WeightFiles(std::move(files));
}

bool WeightFiles::contains(const std::string& name) const {
  return files_->places.contains(name);
}

std::vector<std::string> WeightFiles::names() const {
  std::vector<std::string> names;
  names.reserve(files_->places.size());
  for (const auto& [name, place] : files_->places) names.push_back(name);
  return names;
}

const std::vector<std::int64_t>& WeightFiles::shape(const std::string& name) const {
  return files_->place(name).entry->shape;
}

const std::map<std::string, std::string>& WeightFiles::metadata() const {
  return files_->metadata;
}

const std::string& WeightFiles::source() const {
  return files_->source;
}

void WeightFiles::check(const std::string& name, const std::vector<std::int64_t>& shape) const {
  const auto& place = files_->place(name);
  if (shape != place.entry->shape) {
    throw core::ShapeError(place.shard->path + ": tensor \"" + name + "\" has shape " +
                           shape_words(place.entry->shape) + ", needs " + shape_words(shape));
  }
  if (!at::isFloatingType(scalar_type(place.entry->type))) {
    throw core::DataError(place.shard->path + ": tensor \"" + name + "\" has dtype " +
                          std::string(type_word(place.entry->type)) + ", needs floating-point numbers");
  }
}

void WeightFiles::copy_into(const std::string& name, const at::Tensor& destination) const {
  check(name, destination.sizes().vec());
  const auto& place = files_->place(name);
  const c10::NoGradGuard no_grad;
  destination.copy_(Files::view(place));
  place.shard->file.forget(place.entry->begin, place.entry->end);
}

at::Tensor WeightFiles::load(const std::string& name) const {
  return Files::view(files_->place(name)).clone();
}

void save_safetensors(const std::filesystem::path& path, const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& [name, tensor] : tensors) {
    if (!written_type(tensor.scalar_type()) || name == "__metadata__" || !sorted.emplace(name, tensor).second) {
      throw core::Error(path.string() + ": tensor \"" + name + "\" of " + at::toString(tensor.scalar_type()) +
                        " cannot be saved: an unsupported dtype, or the name is taken");
    }
  }
  const auto order = file_order(sorted);
  const auto header = header_text(order, metadata);
  const std::uint64_t length = header.size();

  StreamingFile file(path);
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(std::as_bytes(std::span(header)));
  for (const auto* item : order) {
    const auto values = item->second.detach().to(at::kCPU).contiguous();
    if (values.numel() == 0) continue;
    file.write({static_cast<const std::byte*>(values.data_ptr()), byte_count(values)});
  }
  file.commit();
}

}  // namespace hone::policies
