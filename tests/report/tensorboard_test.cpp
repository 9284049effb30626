#include "report/tensorboard.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <map>
#include <vector>

#include "tests/report/temporary_folder.h"

namespace {

namespace report = hone::report;

/// CRC-32C bit by bit, apart from the code under test.
std::uint32_t slow_crc(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const unsigned char byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool carry = ((crc ^ (byte >> bit)) & 1U) != 0;
      crc = (crc >> 1U) ^ (carry ? 0x82F63B78U : 0U);
    }
  }
  return ~crc;
}

template <class Value>
Value take(std::string_view& bytes) {
  REQUIRE(bytes.size() >= sizeof(Value));
  Value value{};
  std::memcpy(&value, bytes.data(), sizeof(value));
  bytes.remove_prefix(sizeof(value));
  return value;
}

void check_crc(std::string_view bytes, std::uint32_t masked) {
  const std::uint32_t rotated = masked - 0xA282EAD8U;
  CHECK(((rotated >> 17U) | (rotated << 15U)) == slow_crc(bytes));
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = take<std::uint8_t>(bytes);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) {
      return value;
    }
  }
}

/// A message's fields by number: raw bytes of each, 8 for a varint.
using Fields = std::multimap<unsigned, std::string>;

Fields decode(std::string_view bytes) {
  Fields fields;
  while (!bytes.empty()) {
    const std::uint64_t tag = take_varint(bytes);
    const std::size_t size = (tag & 7U) == 1 ? 8 : (tag & 7U) == 5 ? 4 : 0;
    std::string raw;
    if ((tag & 7U) == 0) {
      const std::uint64_t value = take_varint(bytes);
      raw.assign(reinterpret_cast<const char*>(&value), 8);
    } else {
      const std::size_t length = size > 0 ? size : take_varint(bytes);
      REQUIRE(bytes.size() >= length);
      raw = bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
    fields.emplace(static_cast<unsigned>(tag >> 3U), raw);
  }
  return fields;
}

template <class Value>
Value as(const std::string& raw) {
  std::string_view bytes = raw;
  return take<Value>(bytes);
}

std::vector<Fields> events_in(const std::filesystem::path& folder) {
  const auto file = *std::filesystem::directory_iterator(folder);
  CHECK(file.path().filename().string().starts_with("events.out.tfevents."));
  const std::string content = hone::core::read_file(file.path());
  std::vector<Fields> events;
  for (std::string_view rest = content; !rest.empty();) {
    const std::string_view length_bytes = rest.substr(0, 8);
    const auto length = take<std::uint64_t>(rest);
    check_crc(length_bytes, take<std::uint32_t>(rest));
    REQUIRE(rest.size() >= length);
    const std::string_view event = rest.substr(0, length);
    rest.remove_prefix(length);
    check_crc(event, take<std::uint32_t>(rest));
    events.push_back(decode(event));
  }
  return events;
}

}  // namespace

TEST_CASE("CRC-32C gives the check value of its definition", "[report][tensorboard]") {
  CHECK(report::crc32c("123456789") == 0xE3069283U);
  CHECK(report::crc32c(std::string(32, '\0')) == 0x8A9136AAU);  // RFC 3720, B.4
}

TEST_CASE("scalars can be read back from the event file", "[report][tensorboard]") {
  const TemporaryFolder folder;
  report::TensorBoardLog log(folder.path, 0);
  const std::vector<std::pair<std::string, double>> scalars = {{"reward", 0.5}, {"timing_s/step", 1.25}};
  log.write(300, 1.7e9, scalars);
  const auto events = events_in(folder.path);
  REQUIRE(events.size() == 2);
  CHECK(events[0].find(3)->second == "brain.Event:2");
  CHECK(as<double>(events[1].find(1)->second) == 1.7e9);
  CHECK(as<std::uint64_t>(events[1].find(2)->second) == 300);
  std::map<std::string, float> read;
  const Fields summary = decode(events[1].find(5)->second);
  for (const auto& [field, raw] : summary) {
    REQUIRE(field == 1);
    const Fields value = decode(raw);
    read[value.find(1)->second] = as<float>(value.find(2)->second);
  }
  CHECK(read == std::map<std::string, float>{{"reward", 0.5F}, {"timing_s/step", 1.25F}});
}

TEST_CASE("a resumed run tells TensorBoard from which step on to forget", "[report][tensorboard]") {
  const TemporaryFolder folder;
  const report::TensorBoardLog log(folder.path, 41);
  const auto events = events_in(folder.path);
  REQUIRE(events.size() == 2);
  CHECK(as<std::uint64_t>(events[1].find(2)->second) == 41);
  CHECK(as<std::uint64_t>(decode(events[1].find(7)->second).find(1)->second) == 1);
}
