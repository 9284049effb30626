// How fast a tokenizer encodes, on one thread.
//   bench_tokenize FOLDER FILE [ROUNDS]
// FOLDER holds a tokenizer.json or tokenizer.model. Prints a JSON line for the file as one text and one for its lines
// as texts of their own: the fastest round's MB and ids a second, and a hash of the ids to compare with others'.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "policies/tokenizers/tokenizer.h"

namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Round {
  double seconds = 0;
  std::uint64_t ids = 0;
  std::uint64_t hash = 0;
};

Round encode_all(const hone::policies::Tokenizer& tokenizer, const std::vector<std::string_view>& texts) {
  Round round;
  const double begin = seconds_now();
  for (const auto text : texts) {
    const auto ids = tokenizer.encode(text);
    for (const auto id : ids) round.hash = round.hash * 31 + static_cast<std::uint64_t>(id);
    round.ids += ids.size();
  }
  round.seconds = seconds_now() - begin;
  return round;
}

void measure(const char* name, const hone::policies::Tokenizer& tokenizer, const std::vector<std::string_view>& texts,
             std::size_t bytes, int rounds) {
  Round best = encode_all(tokenizer, texts);
  for (int round = 1; round < rounds; ++round) {
    const auto next = encode_all(tokenizer, texts);
    if (next.seconds < best.seconds) best = next;
  }
  std::printf(
      "{\"tokenizer\": \"hone\", \"texts\": \"%s\", \"count\": %zu, \"mb_per_s\": %.2f, \"ids_per_s\": %.0f, "
      "\"ids\": %llu, \"hash\": \"%016llx\"}\n",
      name, texts.size(), static_cast<double>(bytes) / best.seconds / 1e6, static_cast<double>(best.ids) / best.seconds,
      static_cast<unsigned long long>(best.ids), static_cast<unsigned long long>(best.hash));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto length = text.find('\n');
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  }
  return lines;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    std::fputs("usage: bench_tokenize FOLDER FILE [ROUNDS]\n", stderr);
    return 2;
  }
  try {
    const double begin = seconds_now();
    const auto tokenizer = hone::policies::load_tokenizer(words[1]);
    std::printf("{\"tokenizer\": \"hone\", \"load_s\": %.3f}\n", seconds_now() - begin);
    const auto text = hone::core::read_file(words[2]);
    const int rounds = count > 3 ? std::stoi(words[3]) : 5;
    measure("file", *tokenizer, {text}, text.size(), rounds);
    measure("lines", *tokenizer, lines_of(text), text.size(), rounds);
  } catch (const hone::core::Error& error) {
    std::fprintf(stderr, "bench_tokenize: %s\n", error.what());
    return error.exit_code();
  }
  return 0;
}
