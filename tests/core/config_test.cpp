#include "core/config.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"

namespace {

namespace core = hone::core;
using Catch::Matchers::Message;
using core::Json;

enum class Centering { kMean, kMeanOverStd };

struct Set {
  std::string name;
  int n = 400;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, "Name of the set.", core::not_empty());
    visit("n", n, "Questions.", core::at_least(1));
  }
  bool operator==(const Set&) const = default;
};

}  // namespace

template <>
struct hone::core::EnumNames<Centering> {
  static constexpr std::pair<Centering, const char*> values[] = {{Centering::kMean, "mean"},
                                                                 {Centering::kMeanOverStd, "mean_over_std"}};
};

namespace {

struct Train {
  double learning_rate = 1e-5;
  std::vector<double> betas = {0.9, 0.999};
  std::optional<double> max_grad_norm;
  bool shuffle = true;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("learning_rate", learning_rate, "Peak learning rate of AdamW.", core::greater_than(0) && core::at_most(1));
    visit("betas", betas, "Decay of AdamW's averages.", core::in_range(0, 1));
    visit("max_grad_norm", max_grad_norm, "Clipping; null for none.", core::greater_than(0));
    visit("shuffle", shuffle, "Shuffle the questions.");
  }
  bool operator==(const Train&) const = default;
};

struct Run {
  std::uint64_t seed = 1;
  std::int32_t group_size = 8;
  Centering centering = Centering::kMean;
  std::string dtype = "float32";
  Train train;
  std::vector<Set> sets;
  std::map<std::string, double> weights = {{"exact", 1.0}};
  std::vector<bool> flags;
  std::optional<Set> extra;
  Json free;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("seed", seed, "Seed.");
    visit("group_size", group_size, "Samples a question.", core::at_least(2));
    visit("centering", centering, "Baseline.");
    visit("dtype", dtype, "Compute type.", core::one_of({"float32", "bfloat16"}));
    visit("train", train, "The update.");
    visit("sets", sets, "Evaluation sets.");
    visit("weights", weights, "Weight of each scorer.");
    visit("flags", flags, "Flags.");
    visit("extra", extra, "One more set.");
    visit("free", free, "Anything.");
  }
  bool operator==(const Run&) const = default;
};

struct Needs {
  std::optional<std::string> path;
  std::vector<std::string> names;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("path", path, "Path.", core::not_empty());
    visit("names", names, "Names.", core::not_empty());
  }
};

Run run_of(const std::string& text) {
  return core::from_json<Run>(core::parse_json_text(text, "train.json"), "train.json");
}

std::string complaint(const std::string& text) {
  try {
    static_cast<void>(run_of(text));
  } catch (const core::ConfigError& error) {
    return error.what();
  }
  return "no complaint";
}

}  // namespace

TEST_CASE("an empty config gives the defaults", "[core][config]") {
  CHECK(run_of("{}") == Run{});
}

TEST_CASE("a key in a nested object overrides its default and leaves its siblings", "[core][config]") {
  const Run run = run_of(R"({"train": {"learning_rate": 0.5}, "group_size": 1.6e1, "free": {"a": [1, null]}})");
  CHECK(run.train.learning_rate == 0.5);
  CHECK(run.train.betas == std::vector<double>{0.9, 0.999});
  CHECK(run.group_size == 16);
  CHECK(run.free == Json{{"a", {1, nullptr}}});
}

TEST_CASE("comments and a $schema are allowed in a config", "[core][config]") {
  CHECK(run_of("{ // why\n \"$schema\": \"x.json\", \"seed\": 18446744073709551615 /* big */ }").seed == UINT64_MAX);
  CHECK(complaint(R"({"train": {"$schema": "x"}})").find("unknown key train.$schema") != std::string::npos);
}

TEST_CASE("an unknown key is named with its path and the nearest known one", "[core][config]") {
  CHECK(complaint(R"({"train": {"learningrate": 1}})") ==
        "train.json: unknown key train.learningrate, did you mean train.learning_rate?");
  CHECK(complaint(R"({"sets": [{"name": "a"}, {"nane": "b"}]})") ==
        "train.json: unknown key sets.1.nane, did you mean sets.1.name?");
  // A key of the right name in the wrong section.
  CHECK(complaint(R"({"train": {"group_size": 4}})") ==
        "train.json: unknown key train.group_size, did you mean group_size?");
  CHECK(complaint(R"({"betas": []})") == "train.json: unknown key betas, did you mean train.betas?");
  CHECK(complaint(R"({"train": {"qqqqq": 4}})") ==
        "train.json: unknown key train.qqqqq; known there: learning_rate, betas, max_grad_norm, shuffle");
}

TEST_CASE("a wrong type says what was found and what is needed", "[core][config]") {
  CHECK(complaint(R"({"group_size": "four"})") == R"(train.json: group_size is "four", needs an integer)");
  CHECK(complaint(R"({"group_size": 2.5})") == "train.json: group_size is 2.5, needs an integer");
  CHECK(complaint(R"({"group_size": 3000000000})") ==
        "train.json: group_size is 3000000000, needs an integer from -2147483648 to 2147483647");
  CHECK(complaint(R"({"seed": -1})") == "train.json: seed is -1, needs an integer from 0 to 18446744073709551615");
  CHECK(complaint(R"({"train": 3})") == "train.json: train is 3, needs an object");
  CHECK(complaint(R"({"train": {"shuffle": 1}})") == "train.json: train.shuffle is 1, needs true or false");
  CHECK(complaint(R"({"train": {"learning_rate": "1e-5"}})") ==
        R"(train.json: train.learning_rate is "1e-5", needs a number)");
  CHECK(complaint(R"({"sets": {}})") == "train.json: sets is {}, needs a list");
  CHECK(complaint(R"({"weights": []})") == "train.json: weights is [], needs an object");
  CHECK(complaint(R"({"dtype": null})") == "train.json: dtype is null, needs a string");
  CHECK(complaint("[]") == "train.json: the whole is [], needs an object");
}

TEST_CASE("a failed check says the bound", "[core][config]") {
  CHECK(complaint(R"({"group_size": 1})") == "train.json: group_size is 1, needs at least 2");
  CHECK(complaint(R"({"train": {"learning_rate": 0}})") ==
        "train.json: train.learning_rate is 0, needs more than 0 and at most 1");
  CHECK(complaint(R"({"train": {"betas": [0.9, 1.5]}})") ==
        "train.json: train.betas.1 is 1.5, needs at least 0 and at most 1");
  CHECK(complaint(R"({"train": {"max_grad_norm": 0.0}})") == "train.json: train.max_grad_norm is 0, needs more than 0");
  CHECK(complaint(R"({"centering": "median"})") ==
        R"(train.json: centering is "median", needs one of "mean", "mean_over_std")");
  CHECK(complaint(R"({"dtype": "fp8"})") == R"(train.json: dtype is "fp8", needs one of "float32", "bfloat16")");
}

TEST_CASE("a key whose default fails its check must be given", "[core][config]") {
  CHECK(complaint(R"({"sets": [{"n": 3}]})") == "train.json: sets.0.name is missing, needs a value");
  CHECK(complaint(R"({"extra": {"name": ""}})") == R"(train.json: extra.name is "", needs a value)");
}

TEST_CASE("a syntax error is placed by line and column", "[core][config]") {
  CHECK_THAT(complaint("{\n  \"seed\": 1,\n  \"train\" 2\n}"),
             Catch::Matchers::StartsWith("train.json:3:11: syntax error while parsing object separator"));
  CHECK_THAT(complaint("{\"seed\": 1"), Catch::Matchers::StartsWith("train.json:1:11: "));
  CHECK_THAT(complaint(""), Catch::Matchers::StartsWith("train.json:1:1: "));
  CHECK_THROWS_MATCHES(core::load_json_file("/nonexistent/train.json"), core::FileError,
                       Message("/nonexistent/train.json: cannot read: No such file or directory"));
}

TEST_CASE("a key given twice is refused", "[core][config]") {
  CHECK(complaint(R"({"train": {"shuffle": true, "betas": [], "shuffle": false}})") ==
        "train.json: train.shuffle is given twice");
  CHECK(run_of(R"({"sets": [{"name": "a"}, {"name": "b"}]})").sets.size() == 2);
}

TEST_CASE("what is written reads back the same", "[core][config]") {
  Run run;
  run.seed = UINT64_MAX;
  run.group_size = -5 + 7;
  run.centering = Centering::kMeanOverStd;
  run.dtype = "bfloat16";
  run.train = {.learning_rate = 0.1, .betas = {0.1}, .max_grad_norm = 1.0, .shuffle = false};
  run.sets = {{"a", 1}, {"b", 2}};
  run.weights = {{"x", 0.3}};
  run.flags = {true, false};
  run.extra = Set{"c \"quoted\"\n", 7};
  run.free = {{"k", {1, 2.5, "s", nullptr, true}}};
  const std::string text = core::to_json(run).dump();
  CHECK(run_of(text) == run);
  CHECK(run_of(core::to_json(Run{}).dump()) == Run{});
}

TEST_CASE("an override sets a value by its path", "[core][config]") {
  Json json = Json::parse(R"({"eval": {"sets": [{"n": 1}]}, "seed": 3})");
  core::apply_override(json, "eval.sets.0.n=3");
  core::apply_override(json, "train.learning_rate=1e-5");
  core::apply_override(json, "policy.path=examples/base=1");
  core::apply_override(json, "eval.sets.1={\"n\": 5}");
  core::apply_override(json, "dtype=");
  CHECK(json == Json::parse(R"({"eval": {"sets": [{"n": 3}, {"n": 5}]}, "seed": 3, "train": {"learning_rate": 1e-5},
                                "policy": {"path": "examples/base=1"}, "dtype": ""})"));
}

TEST_CASE("an override that has no place is refused with the argument", "[core][config]") {
  Json json = Json::parse(R"({"sets": [1], "seed": 3})");
  CHECK_THROWS_MATCHES(core::apply_override(json, "seed"), core::ConfigError,
                       Message("--set seed: needs key.path=value"));
  CHECK_THROWS_MATCHES(core::apply_override(json, "=3"), core::ConfigError, Message("--set =3: needs key.path=value"));
  CHECK_THROWS_AS(core::apply_override(json, "a..b=3"), core::ConfigError);
  CHECK_THROWS_AS(core::apply_override(json, "a.=3"), core::ConfigError);
  CHECK_THROWS_MATCHES(core::apply_override(json, "seed.x=3"), core::ConfigError,
                       Message("--set seed.x=3: seed is 3, has no x"));
  CHECK_THROWS_MATCHES(core::apply_override(json, "sets.2=3"), core::ConfigError,
                       Message("--set sets.2=3: sets has 1 elements, no 2"));
}

TEST_CASE("the schema tells types, bounds, defaults and what must be given", "[core][config]") {
  const Json schema = core::json_schema<Run>("hone train");
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["title"] == "hone train");
  CHECK(schema["additionalProperties"] == false);
  const Json& properties = schema["properties"];
  CHECK(properties["group_size"] ==
        Json{{"type", "integer"}, {"minimum", 2}, {"default", 8}, {"description", "Samples a question."}});
  CHECK(properties["centering"]["enum"] == Json{"mean", "mean_over_std"});
  CHECK(properties["train"]["properties"]["learning_rate"]["exclusiveMinimum"] == 0);
  CHECK(properties["train"]["properties"]["max_grad_norm"]["anyOf"][1] == Json{{"type", "null"}});
  CHECK(properties["sets"]["items"]["required"] == Json::array({"name"}));
  CHECK(properties["sets"]["items"]["properties"]["name"]["minLength"] == 1);
  CHECK(properties["weights"]["additionalProperties"] == Json{{"type", "number"}});
  CHECK(properties["seed"]["minimum"] == 0);
}

TEST_CASE("an optional that must be given is required and not bounded in length", "[core][config]") {
  const Json schema = core::json_schema<Needs>("t");
  CHECK(schema["required"] == Json{"path", "names"});
  CHECK(schema["properties"]["path"] ==
        Json{{"anyOf", {{{"type", "string"}}, {{"type", "null"}}}}, {"description", "Path."}});
  CHECK(schema["properties"]["names"]["minItems"] == 1);
}
