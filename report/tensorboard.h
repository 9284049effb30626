#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/files.h"

namespace hone::report {

/// Scalars for TensorBoard: an events.out.tfevents.* file in a run's folder.
/// Format: TFRecord framing around tensorflow.Event (tensorflow/core/util/event.proto), whose few fields are encoded
/// here.
class TensorBoardLog {
 public:
  /// Starts a file. Where `first_step` is above 0 the run is resumed, and TensorBoard is told to forget what earlier
  /// files say from that step on. Throws FileError.
  TensorBoardLog(const std::filesystem::path& folder, std::int64_t first_step);

  /// `wall_time_s` is Unix time. Throws FileError.
  void write(std::int64_t step, double wall_time_s, std::span<const std::pair<std::string, double>> scalars);

 private:
  void append_record(std::string_view event);
  core::AppendFile file_;
};

/// CRC-32C (Castagnoli), of RFC 3720.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

}  // namespace hone::report
