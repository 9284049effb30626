#include "datasets/jsonl.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "datasets/domain.h"

using namespace hone;
using namespace hone::datasets;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

std::vector<Question> load(const std::string& text) {
  std::istringstream stream(text);
  return load_questions(stream, "folder/questions.jsonl");
}

}  // namespace

TEST_CASE("questions are read by the names that data sets use", "[datasets][jsonl]") {
  const auto questions = load(R"({"id": "a", "prompt": "1+1?", "answer": 2}
{"question": "2+2?", "solution": "4", "data_source": "sums", "level": 3}

{"id": 7, "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "3+3?"}], "ground_truth": 6.5}
{"prompt": [{"role": "user", "content": "4+4?"}], "reward_model": {"ground_truth": "8", "style": "rule"}}
{"prompt": "Write a poem."}
)");
  REQUIRE(questions.size() == 5);
  CHECK(questions[0].id == "a");
  CHECK(questions[0].domain == "questions");
  CHECK(questions[0].messages.at(0).content == "1+1?");
  CHECK(questions[0].messages.at(0).role == "user");
  CHECK(questions[0].gold == "2");
  CHECK(questions[0].reference.is_null());
  CHECK(questions[1].id == "questions.jsonl:2");
  CHECK(questions[1].domain == "sums");
  CHECK(questions[1].gold == "4");
  CHECK(questions[1].reference == nlohmann::json{{"level", 3}});
  CHECK(questions[2].id == "7");
  CHECK(questions[2].messages.size() == 2);
  CHECK(questions[2].gold == "6.5");
  CHECK(questions[3].messages.at(0).content == "4+4?");
  CHECK(questions[3].gold == "8");
  CHECK(questions[3].reference.at("reward_model").at("style") == "rule");
  CHECK(questions[4].gold.empty());
}

TEST_CASE("the answer comes before the solution, which is kept", "[datasets][jsonl]") {
  const auto questions = load(R"({"prompt": "1+1?", "solution": "One and one is two.", "answer": "2"})");
  CHECK(questions.at(0).gold == "2");
  CHECK(questions.at(0).reference.at("solution") == "One and one is two.");
}

TEST_CASE("a line that is no question names its file, its line and what was needed", "[datasets][jsonl]") {
  const auto [line, complaint] = GENERATE(table<std::string, std::string>(
      {{R"({"prompt": "a", )", "needs one JSON value a line"},
       {R"({"prompt": "a"} {})", "needs one JSON value a line"},
       {"[1]", "needs an object, found an array"},
       {R"({"text": "a", "answer": 1})", R"(needs "prompt", "messages" or "question", found only "answer", "text")"},
       {"{}", "found an empty object"},
       {R"({"prompt": 3})", "the question needs text or a list of messages, found number"},
       {R"({"prompt": []})", "found an empty list"},
       {R"({"messages": [{"role": "user"}]})", R"(message 0 needs "content" with text)"},
       {R"({"messages": ["hello"]})", R"(message 0 needs "role" with text)"},
       {R"({"messages": [{"role": "robot", "content": "a"}]})", R"(message 0 has the role "robot")"},
       {R"({"prompt": "a", "answer": ["1", "2"]})", "the reference answer needs text or a number, found an array"},
       {R"({"prompt": "a", "id": {}})", "id needs text or a number, found an object"},
       {R"({"prompt": "a", "id": "taken"})", R"(needs an id of its own, found "taken", which line 1 has)"},
       {"{\"prompt\": \"\xff\"}", "needs one JSON value a line"}}));
  const std::string text = "{\"prompt\": \"fine\", \"id\": \"taken\"}\n\n" + line + "\n";
  CAPTURE(text);
  CHECK_THROWS_AS(load(text), core::DataError);
  CHECK_THROWS_WITH(load(text), StartsWith("folder/questions.jsonl:3: ") && ContainsSubstring(complaint));
}

TEST_CASE("a message about a broken line is one short printable line", "[datasets][jsonl]") {
  const std::string hostile = std::string(1 << 20, 'x') + "\\n\\u001b\x7f";
  std::string many_keys;
  for (int i = 0; i < 1000; ++i) many_keys += (i == 0 ? "{\"\\n" : ",\"\\n") + std::to_string(i) + "\":1";
  const auto line = GENERATE_COPY(values<std::string>(
      {"{\"prompt\": \"" + hostile + "\xff\n\x01\"}", "{\"\\n\x7f" + hostile + "\": 1}", many_keys + "}",
       R"({"messages": [{"content": "", "role": "\n)" + hostile + "\"}]}",
       R"({"prompt": "a", "id": "\n)" + hostile + "\"}\n" + R"({"prompt": "a", "id": "\n)" + hostile + "\"}"}));
  try {
    (void)load(line);
    FAIL("the line was accepted");
  } catch (const core::DataError& error) {
    const std::string message = error.what();
    CHECK(message.size() < 500);
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.find('\x7f') == std::string::npos);
    CHECK(message.find('\xff') == std::string::npos);
  }
}

TEST_CASE("CRLF, a byte order mark, blank lines and a last line without its end are accepted", "[datasets][jsonl]") {
  std::istringstream stream("\xEF\xBB\xBF{\"n\": 1}\r\n\r\n  \t\r\n{\"n\": 4}");
  std::vector<std::size_t> lines;
  for_each_json_line(stream, "x", [&](std::size_t line, const nlohmann::json& value) {
    lines.push_back(line);
    CHECK(value.at("n") == line);
  });
  CHECK(lines == std::vector<std::size_t>{1, 4});
}

TEST_CASE("a line longer than the cap or nested without end is refused", "[datasets][jsonl]") {
  CHECK_THROWS_WITH(load("{}\n\"" + std::string(kLineBytesMax, 'a') + "\"\n"),
                    "folder/questions.jsonl:1: needs \"prompt\", \"messages\" or \"question\", found an empty object");
  CHECK_THROWS_WITH(load("\n\"" + std::string(kLineBytesMax, 'a') + "\"\n"),
                    "folder/questions.jsonl:2: needs lines of at most 16 MiB");
  CHECK_THROWS_WITH(load("{\"prompt\": \"a\", \"x\": " + std::string(1000000, '[')), ContainsSubstring("nesting"));
  CHECK_NOTHROW(load("{\"prompt\": \"" + std::string(1 << 20, 'a') + "\"}"));  // many chunks
}

TEST_CASE("a missing file, a folder and an empty file are named", "[datasets][jsonl]") {
  CHECK_THROWS_AS(load_questions(std::filesystem::path("/nowhere/q.jsonl")), core::FileError);
  CHECK_THROWS_WITH(load_questions(std::filesystem::path("/nowhere/q.jsonl")), StartsWith("/nowhere/q.jsonl: "));
  CHECK_THROWS_AS(load_questions(std::filesystem::temp_directory_path()), core::FileError);
  CHECK_THROWS_WITH(load("\n"), "folder/questions.jsonl: needs at least one question, found none");
}

TEST_CASE("a question written as a line is read back", "[datasets][jsonl]") {
  const auto domain = make_domain("logic", nullptr, "test");
  Question question = domain->question(Split::kTrain, 1, 2);
  question.reference = {{"rubric", {"short", "right"}}};
  question.messages.insert(question.messages.begin(), {"system", "Be brief."});
  const auto again = load(to_json_line(question).dump());
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == question.id);
  CHECK(again[0].domain == "logic");
  CHECK(again[0].gold == question.gold);
  CHECK(again[0].reference == question.reference);
  REQUIRE(again[0].messages.size() == 2);
  CHECK(again[0].messages[1].content == question.messages[1].content);
}

TEST_CASE("mutated files are read or refused, nothing else", "[datasets][jsonl]") {
  const std::string original =
      "{\"id\": \"a\", \"prompt\": \"1+1?\", \"answer\": 2}\r\n"
      "{\"messages\": [{\"role\": \"user\", \"content\": \"3\\u00e9\"}], \"reward_model\": {\"ground_truth\": 6}}\n";
  int read = 0;
  int refused = 0;
  for (std::uint64_t round = 0; round < 20000; ++round) {
    core::RandomStream stream(1, "fuzz", 0, round);
    std::string text = original;
    for (auto edits = stream.integer(1, 6); edits > 0; --edits) {
      const auto at = static_cast<std::size_t>(stream.integer(0, static_cast<std::int64_t>(text.size()) - 1));
      const char byte = static_cast<char>(stream.integer(0, 255));
      switch (stream.integer(0, 4)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        case 2:
          text.insert(at, 1, std::string("{}[]\",:0\n\\")[static_cast<std::size_t>(stream.integer(0, 9))]);
          break;
        case 3:
          text.erase(at, static_cast<std::size_t>(stream.integer(1, 8)));
          break;
        default:
          text.insert(at, text.substr(at / 2, 12));
      }
      if (text.empty()) text = "x";
    }
    try {
      (void)load(text);
      ++read;
    } catch (const core::DataError& error) {
      REQUIRE_THAT(error.what(), StartsWith("folder/questions.jsonl:"));
      ++refused;
    }
  }
  CHECK(read > 100);
  CHECK(refused > 100);
}
