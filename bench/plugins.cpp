// How many answers a second go through a process scorer, requests and replies included, from `workers` threads.
//   bench_plugins CONFIG.json [ANSWERS] [BATCH] [WORKERS] [ROUNDS]    CONFIG: {"options": {"command": […], …}}
// Answers have 300 bytes, questions 200. Prints one JSON line; the rate is that of the fastest and of the median round.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/config.h"
#include "core/error.h"
#include "rewards/plugins/process.h"
#include "rewards/scorer_options.h"

using namespace hone;

namespace {

struct Work {
  datasets::Question question;
  std::vector<std::string> texts;
  std::vector<std::string> uids;
  std::vector<rewards::Asked> asked;
};

std::string filler(std::size_t bytes, std::size_t number) {
  std::string text =
      "The clause limits liability \"in aggregate\" to 50 000 EUR;\nnumber " + std::to_string(number) + ". ";
  while (text.size() < bytes) {
    text += "It does not reach gross negligence, so the cap does not hold here. ";
  }
  text.resize(bytes);
  return text;
}

Work make_work(std::size_t answers) {
  Work work;
  work.question.messages = {{.role = "user", .content = filler(200, 0)}};
  work.question.gold = "not capped";
  for (std::size_t i = 0; i < answers; ++i) {
    work.texts.push_back(filler(300, i));
    work.uids.push_back("1/question-" + std::to_string(i / 8) + "/" + std::to_string(i % 8));
  }
  for (std::size_t i = 0; i < answers; ++i) {
    work.asked.push_back({&work.question, {.text = work.texts[i], .tokens = 75, .uid = work.uids[i], .group = "g"}});
  }
  return work;
}

/// Answers a second over all of the work, each thread taking the next batch.
double rate(const rewards::Process& scorer, const Work& work) {
  const rewards::Calls calls = scorer.calls();
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> failed{0};
  const auto take = [&] {
    for (std::size_t first; (first = next.fetch_add(calls.batch)) < work.asked.size();) {
      const std::size_t count = std::min(calls.batch, work.asked.size() - first);
      for (const auto& score : scorer.score_batch(std::span(work.asked).subspan(first, count))) {
        failed += rewards::teaches(score.status) ? 0 : 1;
      }
    }
  };
  const auto started = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < calls.threads; ++i) {
    threads.emplace_back(take);
  }
  for (auto& thread : threads) {
    thread.join();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  if (failed > 0) {
    throw core::RunError(std::to_string(failed) + " answers were not scored");
  }
  return static_cast<double>(work.asked.size()) / took.count();
}

void measure(int argc, char** argv) {
  const std::string path = argv[1];
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const rewards::ScorerSetting setting{.where = path + ": options",
                                       .folder = std::filesystem::path(path).parent_path(),
                                       .environment = [](const std::string& name) -> std::optional<std::string> {
                                         const char* value = std::getenv(name.c_str());
                                         return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
                                       }};
  const auto config = core::load_json_file(path);
  auto options = rewards::read_options<rewards::ProcessOptions>(config.value("options", nlohmann::json()), setting);
  options.batch = number(3, options.batch);
  options.workers = number(4, options.workers);
  const Work work = make_work(static_cast<std::size_t>(number(2, 100000)));
  const rewards::Process scorer(options, setting);
  std::vector<double> rates;
  for (int round = 0; round < number(5, 5); ++round) {
    rates.push_back(rate(scorer, work));
  }
  std::sort(rates.begin(), rates.end());
  std::printf("%s\n", nlohmann::json({{"answers", work.asked.size()},
                                      {"batch", scorer.calls().batch},
                                      {"workers", scorer.calls().threads},
                                      {"fastest_per_s", static_cast<std::int64_t>(rates.back())},
                                      {"median_per_s", static_cast<std::int64_t>(rates[rates.size() / 2])}})
                          .dump()
                          .c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "bench_plugins CONFIG.json [ANSWERS] [BATCH] [WORKERS] [ROUNDS]\n");
    return 2;
  }
  try {
    measure(argc, argv);
    return 0;
  } catch (const core::Error& error) {
    std::fprintf(stderr, "bench_plugins: %s\n", error.what());
    return error.exit_code();
  }
}
