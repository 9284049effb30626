#include "cost/pretraining_card.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"

using namespace hone;
using cost::PretrainingCard;

namespace {

PretrainingCard two_stages() {
  return {.total_parameters = 1'560'000,
          .active_parameters = 1'560'000,
          .stages = {{.name = "pretrain",
                      .tokens = 4'000'000,
                      .model_flops = 3.0e13,
                      .hardware_flops = 4.0e13,
                      .seconds = 100.5,
                      .hardware = "2 cores of A",
                      .usd = 0.25,
                      .dtype = "bfloat16",
                      .seed = 18446744073709551615ULL,
                      .program_version = "0.1.0"},
                     {.name = "sft",
                      .tokens = 500'000,
                      .model_flops = 1.0e13,
                      .hardware_flops = 1.0e13,
                      .seconds = 20.0,
                      .hardware = "2 cores of A",
                      .usd = 0.05,
                      .dtype = "float32",
                      .seed = 2,
                      .program_version = "0.1.0"}}};
}

}  // namespace

TEST_CASE("a card sums its stages", "[cost][card]") {
  const auto card = two_stages();
  CHECK(card.tokens() == 4'500'000);
  CHECK(card.seconds() == 120.5);
  CHECK(card.usd() == 0.25 + 0.05);
  CHECK(cost::pretraining_flops(card) == 4.0e13);
  CHECK(card.over(1.0e13) == 0.25);
  CHECK(std::isinf(PretrainingCard{}.over(1.0)));
}

TEST_CASE("a card has no price unless every stage has one", "[cost][card]") {
  auto card = two_stages();
  card.stages[1].usd.reset();
  CHECK_FALSE(card.usd());
  CHECK(cost::to_json(card)["usd"].is_null());
  CHECK_FALSE(PretrainingCard{}.usd());
}

TEST_CASE("a saved card is read back the same", "[cost][card]") {
  auto name = (std::filesystem::temp_directory_path() / "hone-card-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  CHECK_FALSE(cost::load_pretraining_card(folder));
  auto card = two_stages();
  card.stages[0].seconds = 0.1 + 0.2;
  card.stages[1].usd.reset();
  cost::save_pretraining_card(folder, card);
  CHECK(cost::load_pretraining_card(folder) == card);
  std::ofstream(folder / "pretraining.json") << "{";
  CHECK_THROWS_AS(cost::load_pretraining_card(folder), core::DataError);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a card in JSON says what scripts read", "[cost][card]") {
  const auto json = cost::to_json(two_stages());
  CHECK(json["parameters"]["total"] == 1'560'000);
  CHECK(json["tokens"] == 4'500'000);
  CHECK(json["model_flops"] == 4.0e13);
  CHECK(json["hardware_flops"] == 5.0e13);
  CHECK(json["hardware"] == "2 cores of A");
  CHECK(json["stages"][1]["name"] == "sft");
  CHECK(cost::pretraining_card_from_json(json, "card") == two_stages());
}

TEST_CASE("a broken card is refused with its key", "[cost][card]") {
  const auto complaint = [](const char* pointer, const nlohmann::json& value) -> std::string {
    auto json = cost::to_json(two_stages());
    json[nlohmann::json::json_pointer(pointer)] = value;
    try {
      (void)cost::pretraining_card_from_json(json, "base/pretraining.json");
    } catch (const core::DataError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(complaint("/stages/1/tokens", -3) ==
        "base/pretraining.json: stages.1.tokens is -3, needs an integer from 0 to 1000000000000000000");
  CHECK(complaint("/stages/0/model_flops", "many") ==
        "base/pretraining.json: stages.0.model_flops is \"many\", needs a number, at least 0");
  CHECK(complaint("/stages", 1) == "base/pretraining.json: stages is 1, needs a list");
  CHECK(complaint("/parameters", nlohmann::json::object()) == "base/pretraining.json: parameters.total is missing");
  CHECK(complaint("/stages/0", nullptr) == "base/pretraining.json: stages.0.name is missing");
}

TEST_CASE("FLOPs given in the config stand before the card's", "[cost][card]") {
  cost::CostConfig config;
  CHECK_FALSE(cost::pretraining_flops(config, std::nullopt));
  CHECK(cost::pretraining_flops(config, two_stages()) == 4.0e13);
  config.pretraining_flops = 7.0;
  CHECK(cost::pretraining_flops(config, two_stages()) == 7.0);
}
