#include "report/tensorboard.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace hone::report {
namespace {

double now_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::filesystem::path new_event_file(const std::filesystem::path& folder) {
  char host[256] = "localhost";
  gethostname(host, sizeof(host) - 1);
  // TensorBoard reads a folder's files in the order of their names, so time comes first.
  const auto milliseconds = static_cast<std::int64_t>(now_s() * 1e3);
  char time[32];
  std::snprintf(time, sizeof(time), "%010lld.%03lld", static_cast<long long>(milliseconds / 1000),
                static_cast<long long>(milliseconds % 1000));
  return folder / ("events.out.tfevents." + std::string(time) + "." + host + "." + std::to_string(::getpid()));
}

template <class Value>
std::string little_endian(Value value) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return bytes;
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7U) {
    bytes.push_back(static_cast<char>(value | 0x80U));
  }
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

// Protocol Buffers' wire types.
enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

std::string tag(unsigned field, Wire wire) {
  return varint((field << 3U) | static_cast<unsigned>(wire));
}

std::string bytes_field(unsigned field, std::string_view bytes) {
  return tag(field, Wire::kBytes) + varint(bytes.size()) + std::string(bytes);
}

std::string integer_field(unsigned field, std::int64_t value) {
  return tag(field, Wire::kVarint) + varint(static_cast<std::uint64_t>(value));
}

// Event: wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7.
std::string event_head(double wall_time_s, std::int64_t step) {
  return tag(1, Wire::kFixed64) + little_endian(wall_time_s) + integer_field(2, step);
}

std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value >> 1U) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
      }
      entries[i] = value;
    }
    return entries;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
  }
  return ~crc;
}

TensorBoardLog::TensorBoardLog(const std::filesystem::path& folder, std::int64_t first_step)
    : file_(new_event_file(folder)) {
  append_record(event_head(now_s(), 0) + bytes_field(3, "brain.Event:2"));
  if (first_step > 0) {
    const std::string start = integer_field(1, 1);  // SessionLog.status = START
    append_record(event_head(now_s(), first_step) + bytes_field(7, start));
  }
}

void TensorBoardLog::write(std::int64_t step, double wall_time_s,
                           std::span<const std::pair<std::string, double>> scalars) {
  std::string summary;
  for (const auto& [name, value] : scalars) {
    const std::string scalar = bytes_field(1, name) + tag(2, Wire::kFixed32) + little_endian(static_cast<float>(value));
    summary += bytes_field(1, scalar);
  }
  append_record(event_head(wall_time_s, step) + bytes_field(5, summary));
}

void TensorBoardLog::append_record(std::string_view event) {
  const std::string length = little_endian(static_cast<std::uint64_t>(event.size()));
  file_.append(length + little_endian(masked_crc(length)) + std::string(event) + little_endian(masked_crc(event)));
}

}  // namespace hone::report
