#include "rewards/judge/judge.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cmath>
#include <exception>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/in_quotes.h"
#include "rewards/judge/cache.h"
#include "rewards/judge/chat.h"
#include "rewards/readable.h"
#include "rewards/remote/service.h"

namespace hone::rewards {
namespace {

constexpr double kBytesPerToken = 4.0;  // of English; what a request is announced with before it is counted

/// A name for each request that is sent, so that a service can tell an attempt that is repeated from a question that is
/// asked again. It decides nothing that is scored, hence the machine's randomness.
std::string request_name(const std::string& body) {
  static const std::uint64_t salt =
      (static_cast<std::uint64_t>(std::random_device()()) << 32U) | std::random_device()();
  static std::atomic<std::uint64_t> number{0};
  return sha256(body + "\n" + std::to_string(salt) + "\n" + std::to_string(++number)).substr(0, 32);
}

std::string lowered(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

}  // namespace

void check_criteria(std::span<const Criterion> criteria, const std::string& where) {
  std::set<std::string> ids;
  for (const Criterion& criterion : criteria) {
    if (!ids.insert(criterion.id).second) {
      throw core::ConfigError(where + " holds two criteria with the id " + core::in_quotes(criterion.id));
    }
    std::set<std::string> words;
    for (const std::string& word : criterion.scale) {
      words.insert(lowered(word));
    }
    if (criterion.scale.size() < 2 || words.size() != criterion.scale.size() || words.count("") != 0) {
      throw core::ConfigError(where + ": the scale of " + core::in_quotes(criterion.id) +
                              " needs at least two different words, found " + std::to_string(words.size()));
    }
  }
}

struct Judge::State {
  State(const JudgeOptions& the_options, const ScorerSetting& setting, TimeSource the_time)
      : options(the_options), time(the_time), service(options, setting, std::move(the_time)) {
    if (!options.cache.empty()) {
      cache.emplace(setting.folder / options.cache);
    }
  }

  const JudgeOptions options;
  const TimeSource time;
  const RemoteService service;
  std::optional<JudgeCache> cache;

  void ask_some(const JudgeCase& asked, std::span<const Criterion> criteria, TimeSource::Instant deadline,
                Judged& judged);
  ChatReply request(const std::string& body, TimeSource::Instant deadline, Usage& usage) const;
  void remember(const std::string& key, const ChatReply& reply, Judged& judged);
};

ChatReply Judge::State::request(const std::string& body, TimeSource::Instant deadline, Usage& usage) const {
  const std::string name = request_name(body);
  const double announced = static_cast<double>(body.size()) / kBytesPerToken + options.max_tokens;
  RemoteRequest request;
  request.path = "/chat/completions";
  request.body = body;
  request.key = name;
  request.tokens = announced;
  request.deadline = deadline;
  const RemoteReply response = service.post(request);
  ++usage.calls;  // whatever it holds, it was paid for
  ChatReply reply = read_chat_reply(response.body, "the judge");
  usage.prompt_tokens += reply.prompt_tokens;
  usage.completion_tokens += reply.completion_tokens;
  usage.cost_usd += (static_cast<double>(reply.prompt_tokens) * options.usd_per_million_prompt_tokens +
                     static_cast<double>(reply.completion_tokens) * options.usd_per_million_completion_tokens) /
                    1e6;
  const std::int64_t taken = reply.prompt_tokens + reply.completion_tokens;
  if (taken > 0) {
    service.settle_tokens(announced, static_cast<double>(taken));
  }
  return reply;
}

void Judge::State::remember(const std::string& key, const ChatReply& reply, Judged& judged) {
  if (!cache) {
    return;
  }
  try {
    cache->add(key, options.model, reply);
  } catch (const core::FileError& error) {
    judged.note = error.what();  // the verdict holds all the same
  }
}

/// At most max_criteria in one request; what cannot be read is asked for again.
void Judge::State::ask_some(const JudgeCase& asked, std::span<const Criterion> criteria, TimeSource::Instant deadline,
                            Judged& judged) {
  nlohmann::ordered_json messages = judge_messages(asked, criteria, options);
  std::string body = chat_request(messages, options);
  // The body is the model, the parameters and the whole prompt.
  const std::string key = sha256(std::string(kJudgePromptVersion) + "\n" + body);
  const auto take = [&](Verdicts read) {
    std::move(read.verdicts.begin(), read.verdicts.end(), std::back_inserter(judged.verdicts));
  };
  if (const auto known = cache ? cache->find(key) : std::nullopt) {
    Verdicts read = read_verdicts(known->content, criteria);
    if (read.problem.empty()) {
      ++judged.usage.cached;
      take(std::move(read));
      return;
    }
  }
  for (int repair = 0;; ++repair) {
    const ChatReply reply = request(body, deadline, judged.usage);
    Verdicts read = read_verdicts(reply.content, criteria);
    if (read.problem.empty()) {
      take(std::move(read));
      remember(key, reply, judged);  // under what was asked first, so that no repair is needed again
      return;
    }
    if (repair >= options.repairs) {
      judged.status = Status::kError;
      judged.problem = "the judge gave no verdict that can be read: " + read.problem;
      return;
    }
    add_repair(messages, reply.content, read.problem);
    body = chat_request(messages, options);
  }
}

Judge::Judge(const JudgeOptions& options, const ScorerSetting& setting, TimeSource time)
    : state_(std::make_unique<State>(options, setting, std::move(time))) {}

Judge::~Judge() = default;

const JudgeOptions& Judge::options() const {
  return state_->options;
}

double Judge::longest_s(std::size_t criteria) const {
  const auto at_once = static_cast<std::size_t>(state_->options.max_criteria);
  const auto requests = static_cast<double>((std::max<std::size_t>(criteria, 1) + at_once - 1) / at_once);
  return requests * (1 + state_->options.repairs) * state_->service.longest_s();
}

Judged Judge::ask(const JudgeCase& asked, std::span<const Criterion> criteria, TimeSource::Instant deadline) const {
  Judged judged;
  deadline = std::min(deadline, state_->time.now() + seconds(longest_s(criteria.size())));
  const auto at_once = static_cast<std::size_t>(state_->options.max_criteria);
  try {
    for (std::size_t from = 0; from < criteria.size() && judged.status == Status::kOk; from += at_once) {
      state_->ask_some(asked, criteria.subspan(from, std::min(at_once, criteria.size() - from)), deadline, judged);
    }
  } catch (const RemoteError& error) {
    judged.status = error.status();
    judged.problem = std::string("the judge failed: ") + error.what();
  } catch (const std::exception& error) {
    judged.status = Status::kError;
    judged.problem = readable(error.what());
  }
  return judged;
}

}  // namespace hone::rewards
