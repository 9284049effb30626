#include "policies/safetensors.h"

#include <ATen/ATen.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"

using namespace hone;
using Catch::Matchers::ContainsSubstring;
using policies::WeightFiles;

namespace {

const std::filesystem::path kFixtures = "tests/fixtures/hf";

/// A folder of its own that goes away with the test.
class Folder {
 public:
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "hone-safetensors-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// No file may grow past `bytes` while it lives: a write then fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

}  // namespace

TEST_CASE("tensors come back from a file bit for bit, in every dtype and shape", "[policies][safetensors]") {
  const Folder folder;
  const auto generator = at::detail::createCPUGenerator(5);
  const std::vector<std::pair<std::string, at::Tensor>> saved = {
      {"zeta", at::randn({3, 5}, generator)},
      {"bf16", at::randn({7}, generator).to(at::kBFloat16)},
      {"half", at::randn({2, 2, 2}, generator).to(at::kHalf)},
      {"step", at::scalar_tensor(1234567890123, at::kLong)},
      {"state", at::arange(9, at::kByte)},
      {"empty", at::empty({0, 4})},
      {"transposed", at::randn({4, 6}, generator).t()},
  };
  policies::save_safetensors(folder / "x.safetensors", saved, {{"step", "12"}});
  const auto files = WeightFiles::open_file(folder / "x.safetensors");
  CHECK(files.names() == std::vector<std::string>{"bf16", "empty", "half", "state", "step", "transposed", "zeta"});
  CHECK(files.metadata().at("step") == "12");
  for (const auto& [name, tensor] : saved) {
    INFO(name);
    const auto loaded = files.load(name);
    CHECK(loaded.scalar_type() == tensor.scalar_type());
    CHECK(at::IntArrayRef(files.shape(name)) == tensor.sizes());
    CHECK(loaded.equal(tensor));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "x.safetensors.partial"));
}

TEST_CASE("the same tensors in another order give the same bytes", "[policies][safetensors]") {
  const Folder folder;
  const auto a = at::arange(6, at::kFloat), b = at::arange(3, at::kByte), c = at::arange(2, at::kLong);
  policies::save_safetensors(folder / "1", {{"a", a}, {"b", b}, {"c", c}});
  policies::save_safetensors(folder / "2", {{"c", c}, {"b", b}, {"a", a}});
  CHECK(core::read_file(folder / "1") == core::read_file(folder / "2"));
}

TEST_CASE("copying into a parameter converts to its dtype and records no gradient", "[policies][safetensors]") {
  const Folder folder;
  const auto values = at::tensor({1.0F, -2.5F, 3.0078125F});  // the last needs 9 bits: bfloat16 rounds it to 3
  policies::save_safetensors(folder / "model.safetensors",
                             {{"w", values}, {"b", values.to(at::kBFloat16)}, {"h", values.to(at::kHalf)}});
  const auto files = WeightFiles::open(folder.path());
  auto parameter = at::zeros({3}).requires_grad_(true);
  files.copy_into("w", parameter);
  CHECK(parameter.detach().equal(values));
  CHECK(parameter.is_leaf());
  auto narrow = at::zeros({3}, at::kBFloat16);
  files.copy_into("w", narrow);
  CHECK(narrow.to(at::kFloat).equal(at::tensor({1.0F, -2.5F, 3.0F})));
  files.copy_into("b", parameter);
  CHECK(parameter.detach().equal(at::tensor({1.0F, -2.5F, 3.0F})));
  files.copy_into("h", parameter);
  CHECK(parameter.detach().equal(values));
}

TEST_CASE("values stay after the file is closed and replaced", "[policies][safetensors]") {
  const Folder folder;
  policies::save_safetensors(folder / "x", {{"w", at::full({1000}, 1.0)}});
  at::Tensor loaded;
  {
    const auto files = WeightFiles::open_file(folder / "x");
    policies::save_safetensors(folder / "x", {{"w", at::full({1000}, 2.0)}});
    loaded = files.load("w");
  }
  CHECK(loaded.equal(at::full({1000}, 1.0)));
  CHECK(WeightFiles::open_file(folder / "x").load("w").equal(at::full({1000}, 2.0)));
}

TEST_CASE("shards that transformers wrote hold the same weights as its single file", "[policies][safetensors]") {
  const auto single = WeightFiles::open(kFixtures / "tiny_llama_untied");
  const auto shards = WeightFiles::open(kFixtures / "tiny_llama_untied_sharded");
  CHECK(single.names().size() == 21);
  REQUIRE(shards.names() == single.names());
  for (const auto& name : single.names()) CHECK(shards.load(name).equal(single.load(name)));
}

TEST_CASE("tensors that Python wrote have the values that its JSON names", "[policies][safetensors]") {
  const auto files = WeightFiles::open_file(kFixtures / "tiny_llama_tied/expected.safetensors");
  const auto record = nlohmann::json::parse(core::read_file(kFixtures / "tiny_llama_tied/expected.json"));
  CHECK(files.load("loss").item<double>() == record["loss"].get<double>());
  const auto ids = record["token_ids"][0].get<std::vector<std::int64_t>>();
  CHECK(files.load("token_ids.0").equal(at::tensor(ids, at::kLong)));
}

TEST_CASE("a tensor of another shape or none is named with its file", "[policies][safetensors]") {
  const auto files = WeightFiles::open(kFixtures / "tiny_llama_tied");
  auto wrong = at::empty({32, 96});
  CHECK_THROWS_AS(files.copy_into("model.embed_tokens.weight", wrong), core::ShapeError);
  CHECK_THROWS_WITH(files.copy_into("model.embed_tokens.weight", wrong),
                    ContainsSubstring("tiny_llama_tied/model.safetensors: tensor \"model.embed_tokens.weight\" has "
                                      "shape [96, 32], needs [32, 96]"));
  CHECK_FALSE(files.contains("lm_head.weight"));
  CHECK_THROWS_AS(files.copy_into("lm_head.weight", wrong), core::DataError);
  CHECK_THROWS_WITH(files.copy_into("lm_head.weight", wrong),
                    ContainsSubstring("model.safetensors: no tensor \"lm_head.weight\""));
}

TEST_CASE("whole numbers are no weights", "[policies][safetensors]") {
  const Folder folder;
  policies::save_safetensors(folder / "x", {{"w", at::ones({3}, at::kLong)}});
  CHECK_THROWS_WITH(WeightFiles::open_file(folder / "x").copy_into("w", at::zeros({3})),
                    ContainsSubstring("x: tensor \"w\" has dtype I64, needs floating-point numbers"));
}

TEST_CASE("a folder without weights says what it needs", "[policies][safetensors]") {
  const Folder folder;
  CHECK_THROWS_AS(WeightFiles::open(folder.path()), core::FileError);
  CHECK_THROWS_WITH(WeightFiles::open(folder.path()), ContainsSubstring("needs model.safetensors or"));
  std::ofstream(folder / "model.safetensors.index.json") << R"({"weight_map":{"w":"gone.safetensors"}})";
  CHECK_THROWS_AS(WeightFiles::open(folder.path()), core::FileError);
  policies::save_safetensors(folder / "gone.safetensors", {{"other", at::zeros({1})}});
  CHECK_THROWS_WITH(WeightFiles::open(folder.path()), ContainsSubstring("gone.safetensors: no tensor \"w\""));
  std::ofstream(folder / "model.safetensors") << "";
  CHECK_THROWS_AS(WeightFiles::open(folder.path()), core::DataError);
}

TEST_CASE("a disk that fills while weights are saved leaves the old file and no rubbish", "[policies][safetensors]") {
  const Folder folder;
  const auto path = folder / "model.safetensors";
  policies::save_safetensors(path, {{"w", at::ones({4})}});
  std::string complaint;
  {
    const FileSizeLimit limit(100'000);
    try {
      policies::save_safetensors(path, {{"w", at::zeros({1'000'000})}});
    } catch (const core::FileError& error) {
      complaint = error.what();
    }
  }
  CHECK_THAT(complaint, ContainsSubstring(path.string() + ": cannot be written: "));
  CHECK(WeightFiles::open_file(path).load("w").equal(at::ones({4})));
  CHECK_FALSE(std::filesystem::exists(folder / "model.safetensors.partial"));
}

TEST_CASE("saving where no folder is names the path", "[policies][safetensors]") {
  CHECK_THROWS_WITH(policies::save_safetensors("/nonexistent/x.safetensors", {{"w", at::ones({4})}}),
                    ContainsSubstring("/nonexistent/x.safetensors: cannot be written: No such file"));
}

TEST_CASE("an unaligned file is read all the same", "[policies][safetensors]") {
  const Folder folder;
  const std::string header = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  REQUIRE(header.size() % 4 != 0);
  const std::uint64_t length = header.size();
  const float values[] = {1.5F, -4.0F};
  std::ofstream file(folder / "x", std::ios::binary);
  file.write(reinterpret_cast<const char*>(&length), sizeof length) << header;
  file.write(reinterpret_cast<const char*>(values), sizeof values);
  file.close();
  CHECK(WeightFiles::open_file(folder / "x").load("w").equal(at::tensor({1.5F, -4.0F})));
}
