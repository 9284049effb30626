// A worker of the process scorer that does, on command, all that a worker should not. An answer is a command:
//   "give 0.25" scores 0.25; the others are the keys of `faults` below.
// Arguments: "no-hello", "bad-hello", "slow-hello" spoil the start; "batch=8" likes such batches.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using nlohmann::json;

void sleep_s(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

void put(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (wrote <= 0) {
      return;
    }
    done += static_cast<std::size_t>(wrote);
  }
}

void put_huge_line() {
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 1024; ++i) {
    put(megabyte);
  }
  put("\n");
}

void complain_without_end() {
  const std::string text(4096, 'e');
  while (write(STDERR_FILENO, text.data(), text.size()) != 0) {
  }
}

/// A child that leaves the session and outlives its parent, with the pipes in its hands.
void leave_child() {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      sleep_s(1000);
    }
    _exit(0);
  }
}

void eat_memory() {
  std::vector<std::string> eaten;
  while (true) {
    eaten.emplace_back(16 << 20, 'm');
  }
}

void spin() {
  for (std::atomic<std::uint64_t> turns{0};; ++turns) {
  }
}

void ignore_and_hang() {
  for (int number = 1; number < 32; ++number) {
    signal(number, SIG_IGN);
  }
  sleep_s(1000);
}

const std::map<std::string, std::function<void()>> faults = {
    {"hang", [] { sleep_s(1000); }},
    {"ignore signals", ignore_and_hang},
    {"spin", spin},
    {"segfault", [] { *static_cast<volatile int*>(nullptr) = 1; }},
    {"abort", [] { std::abort(); }},
    {"exit", [] { _exit(3); }},
    {"exit quietly", [] { _exit(0); }},
    {"garbage", [] { put("Traceback (most recent call last):\n\x01\xff{]\n"); }},
    {"garbage without end", [] { put_huge_line(); }},
    {"stderr without end", complain_without_end},
    {"close stdout",
     [] {
       close(STDOUT_FILENO);
       sleep_s(1000);
     }},
    {"close all",
     [] {
       close(0);
       close(1);
       close(2);
       sleep_s(1000);
     }},
    {"eat memory", eat_memory},
    {"leave child", leave_child},
    {"leave child and hang",
     [] {
       leave_child();
       sleep_s(1000);
     }},
    {"leave child and exit",
     [] {
       leave_child();
       _exit(0);
     }},
    {"talk on stderr", [] { std::cerr << std::string(1 << 20, 't') << std::flush; }},
    {"die soon",
     [] {
       std::thread([] {
         sleep_s(0.002);
         _exit(9);
       }).detach();
     }},
};

bool can_write(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  if (file < 0) {
    return false;
  }
  close(file);
  unlink(path.c_str());
  return true;
}

/// What a worker can see and do, as parts.
std::string look_around() {
  json parts;
  int processes = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    processes += std::isdigit(static_cast<unsigned char>(entry.path().filename().string()[0])) != 0 ? 1 : 0;
  }
  parts["processes"] = processes;
  int descriptors = 0;
  for (int file = 0; file < 1024; ++file) {
    descriptors += fcntl(file, F_GETFD) >= 0 ? 1 : 0;
  }
  parts["descriptors"] = descriptors;
  parts["writes_tmp"] = can_write("/tmp/hone-escape") ? 1 : 0;
  parts["writes_home"] = can_write(std::string(getenv("HOME")) + "/note") ? 1 : 0;
  parts["starts_in_home"] = std::filesystem::current_path() == getenv("HOME") ? 1 : 0;
  parts["has_secret"] = getenv("HONE_TEST_SECRET") != nullptr ? 1 : 0;
  parts["leads_session"] = getsid(0) == getpid() ? 1 : 0;
  parts["no_new_privileges"] = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  std::ifstream routes("/proc/net/dev");  // two lines of heading, then one an interface
  parts["interfaces"] = std::count(std::istreambuf_iterator<char>(routes), {}, '\n') - 2;
  int variables = 0;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    ++variables;
  }
  parts["variables"] = variables;
  return json({{"score", 1}, {"parts", parts}}).dump();
}

std::string result_of(const std::string& answer) {
  if (answer == "look around") {
    return look_around();
  }
  static const std::map<std::string, std::string> odd = {
      {"nan", R"({"score":NaN})"},
      {"minus infinity", R"({"score":-Infinity})"},
      {"too large", R"({"score":1e300})"},
      {"string", R"({"score":"0.5"})"},
      {"no score", R"({})"},
      {"wrong uid", R"({"score":1,"uid":"someone else's"})"},
      {"unknown key", R"({"scores":1})"},
      {"unknown status", R"({"score":1,"status":"fine"})"},
      {"bad span", R"({"score":1,"spans":[{"begin":0,"end":999}]})"},
      {"own error", R"({"status":"error","detail":"the reference is broken"})"},
      {"unscorable", R"({"status":"unscorable"})"},
      {"rich",
       R"({"score":0.5,"status":"wrong_format","parts":{"form":0,"fact":1},"extracted":"rich","detail":"no box","spans":[{"begin":0,"end":4,"item":"fact","points":0.5}]})"},
  };
  const auto found = odd.find(answer);
  if (found != odd.end()) {
    return found->second;
  }
  return "{\"score\":" + (answer.rfind("give ", 0) == 0 ? answer.substr(5) : std::string("0")) + "}";
}

std::string reply_to(const json& request, std::string& after) {
  std::string results;
  std::string id = request["id"].dump();
  bool drops_one = false;
  for (const json& sample : request["samples"]) {
    const std::string answer = sample["answer"];
    if (const auto fault = faults.find(answer); fault != faults.end()) {
      fault->second();
    }
    if (answer == "late") {
      sleep_s(3.0);
    } else if (answer == "twice") {
      after = "{\"id\":" + id + ",\"results\":[]}\n";
    } else if (answer == "forge") {
      after = "{\"id\":" + std::to_string(request["id"].get<std::uint64_t>() + 1) + ",\"results\":[{\"score\":99}]}\n";
    } else if (answer == "wrong id") {
      id = "123456789";
    } else if (answer == "refuse") {
      return "{\"id\":" + id + ",\"error\":\"cannot read this one\"}\n";
    } else if (answer == "one too few") {
      drops_one = true;
    } else if (answer == "deep") {
      return "{\"id\":" + id + ",\"results\":" + std::string(100000, '[') + "\n";
    }
    results += (results.empty() ? "" : ",") + result_of(answer);
  }
  if (drops_one) {
    results = results.substr(0, results.rfind('{'));
    results = results.substr(0, results.rfind(','));
  }
  return "{\"id\":" + id + ",\"results\":[" + results + "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string batch;
  for (const std::string& argument : arguments) {
    if (argument == "no-hello") {
      std::cerr << "cannot find my word list\n";
      return 5;
    }
    if (argument == "slow-hello") {
      sleep_s(1000);
    }
    if (argument == "bad-hello") {
      put("Loading model...\n");
    }
    if (argument.rfind("batch=", 0) == 0) {
      batch = ",\"batch\":" + argument.substr(6);
    }
  }
  std::string line;
  std::getline(std::cin, line);
  put(R"({"hello":1,"protocol":"hone.scorer/1","name":"faulty","fields":["uid","answer"])" + batch + "}\n");
  while (std::getline(std::cin, line)) {
    std::string after;
    const std::string reply = reply_to(json::parse(line), after);
    put(reply);
    put(after);
  }
  return 0;
}
