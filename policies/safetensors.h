#pragma once

#include <ATen/core/ATen_fwd.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hone::policies {

/// The tensors of a checkpoint, mapped and not yet copied. Every error names the file and the tensor.
class WeightFiles {
 public:
  /// A HF folder: model.safetensors, or the shards that model.safetensors.index.json lists.
  /// Throws FileError where neither is there, DataError where one is not what its format says.
  static WeightFiles open(const std::filesystem::path& folder);
  /// One .safetensors file.
  static WeightFiles open_file(const std::filesystem::path& path);

  WeightFiles(WeightFiles&&) noexcept;
  WeightFiles& operator=(WeightFiles&&) noexcept;
  ~WeightFiles();

  [[nodiscard]] bool contains(const std::string& name) const;
  /// Sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::vector<std::int64_t>& shape(const std::string& name) const;
  /// Metadata of all files together.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;

  /// The file or index that messages name.
  [[nodiscard]] const std::string& source() const;
  /// Throws DataError where the name is missing or its values are no floating-point numbers, ShapeError where its shape
  /// is another.
  void check(const std::string& name, const std::vector<std::int64_t>& shape) const;

  /// Copies the values into `destination`, converting to its dtype and device. Records no gradient.
  /// Throws DataError where the name is missing, ShapeError where the shapes differ.
  void copy_into(const std::string& name, const at::Tensor& destination) const;
  /// A copy on the CPU, in the file's dtype.
  [[nodiscard]] at::Tensor load(const std::string& name) const;

 private:
  struct Files;
  explicit WeightFiles(std::unique_ptr<Files> files);
  std::unique_ptr<Files> files_;
};

/// Writes one .safetensors file, tensor by tensor, and puts it in place atomically. Any device, any strides; dtypes
/// float32, bfloat16, float16, int64, uint8. The same tensors give the same bytes whatever their order.
/// Throws FileError naming the path where it cannot be written (a full disk among others); what was there stays.
void save_safetensors(const std::filesystem::path& path, const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata = {});

}  // namespace hone::policies
