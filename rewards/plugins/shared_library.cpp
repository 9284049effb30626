#include "rewards/plugins/shared_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include "core/error.h"
#include "rewards/plugins/c_call.h"
#include "rewards/readable.h"

namespace hone::rewards {
namespace {

/// The loader's own message; it is kept for each thread.
std::string loader_message() {
  const char* message = dlerror();
  return message == nullptr ? "unknown reason" : readable(message);
}

/// The interface that both sides know, or a ConfigError.
const hone_scorer& negotiate(void* library, const std::string& where) {
  void* const symbol = dlsym(library, "hone_scorer_entry");
  if (symbol == nullptr) {
    throw core::ConfigError(where + " exports no function hone_scorer_entry: " + loader_message());
  }
  hone_scorer_entry_function entry = nullptr;
  std::memcpy(&entry, &symbol, sizeof(entry));  // POSIX: an object pointer that holds a function's address
  const hone_scorer* plugin = entry(HONE_SCORER_ABI);
  if (plugin == nullptr) {
    throw core::ConfigError(where + " does not know hone's plug-in interface " + std::to_string(HONE_SCORER_ABI));
  }
  constexpr std::size_t kFirstVersion = offsetof(hone_scorer, destroy) + sizeof(plugin->destroy);
  if (plugin->struct_size < kFirstVersion || plugin->abi != HONE_SCORER_ABI) {
    throw core::ConfigError(where + " is for the plug-in interface " + std::to_string(plugin->abi) + " with " +
                            std::to_string(plugin->struct_size) + " bytes, needs " + std::to_string(HONE_SCORER_ABI) +
                            " with at least " + std::to_string(kFirstVersion));
  }
  if (plugin->create == nullptr || plugin->score == nullptr || plugin->destroy == nullptr) {
    throw core::ConfigError(where + " leaves out one of create, score and destroy");
  }
  return *plugin;
}

void* create(const hone_scorer& plugin, const nlohmann::json& options, const std::string& where) {
  const std::string text =
      options.is_null() ? "{}" : options.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::array<char, 1024> error{};
  plugins::CallHost host(std::chrono::steady_clock::time_point::max());
  void* const self = plugin.create(host.get(), text.data(), text.size(), error.data(), error.size());
  error.back() = '\0';
  if (self == nullptr) {
    throw core::ConfigError(where + " refuses its options: " + readable(error.data()));
  }
  return self;
}

/// A loaded library, unloaded when it goes.
class Loaded {
 public:
  Loaded(const std::string& path, const std::string& where) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) {
      throw core::ConfigError(where + " cannot be loaded: " + loader_message());
    }
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  ~Loaded() { dlclose(handle_); }
  [[nodiscard]] void* handle() const { return handle_; }

 private:
  void* handle_;
};

std::string absolute_path(const SharedLibraryOptions& options, const ScorerSetting& setting) {
  return std::filesystem::absolute(setting.folder / options.path).lexically_normal().string();
}

}  // namespace

struct SharedLibrary::State {
  State(const SharedLibraryOptions& options, const std::string& path, const std::string& where)
      : library(path, where),
        plugin(negotiate(library.handle(), where)),
        self(create(plugin, options.options, where)),
        batch(static_cast<std::size_t>(options.batch)) {
    if (plugin.batch > 0) {
      batch = std::min<std::size_t>(batch, plugin.batch);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { plugin.destroy(self); }

  Loaded library;
  const hone_scorer& plugin;
  void* self;
  std::size_t batch;
  std::mutex mutex;  // held in calls of one that is not safe from several threads
};

SharedLibrary::SharedLibrary(const SharedLibraryOptions& options, const ScorerSetting& setting) {
  const std::string path = absolute_path(options, setting);
  state_ = std::make_unique<State>(options, path, setting.where + ".path: " + path);
}

SharedLibrary::~SharedLibrary() = default;

Score SharedLibrary::score(const datasets::Question& question, const Answer& answer) const {
  const Asked one{&question, answer};
  return std::move(score_batch({&one, 1}).front());
}

std::vector<Score> SharedLibrary::score_batch(std::span<const Asked> asked) const {
  std::optional<std::lock_guard<std::mutex>> alone;
  if ((state_->plugin.flags & HONE_SCORER_THREAD_SAFE) == 0) {
    alone.emplace(state_->mutex);
  }
  std::vector<Score> scores;
  for (std::size_t first = 0; first < asked.size(); first += state_->batch) {
    const std::size_t count = std::min(state_->batch, asked.size() - first);
    auto some = plugins::call_plugin(state_->plugin, state_->self, asked.subspan(first, count));
    std::move(some.begin(), some.end(), std::back_inserter(scores));
  }
  return scores;
}

Calls SharedLibrary::calls() const {
  return {.batch = state_->batch};
}

bool SharedLibrary::judges_reasoning() const {
  return (state_->plugin.flags & HONE_SCORER_JUDGES_REASONING) != 0;
}

}  // namespace hone::rewards
