#include "rewards/rubric/words.h"

#include <array>
#include <string_view>
#include <utility>

#include "rewards/rubric/tokens.h"

namespace hone::rewards::rubric {
namespace {

constexpr std::pair<std::string_view, unsigned> kWords[] = {
    {"not", kNegator},
    {"never", kNegator},
    {"neither", kNegator},
    {"nor", kNegator | kNeitherNor | kConnector},
    {"hardly", kNegator},
    {"scarcely", kNegator},
    {"unable", kNegator},
    {"wrong", kNegator},
    {"incorrect", kNegator},
    {"untrue", kNegator},
    {"mistaken", kNegator},
    {"reject", kNegator},
    {"rejects", kNegator},
    {"nobody", kNegator},
    {"nothing", kNegator},
    {"deny", kNegator | kDoubt},
    {"denies", kNegator | kDoubt},
    {"contest", kNegator | kDoubt},
    {"contests", kNegator | kDoubt},
    {"contested", kDoubt},
    {"disputes", kNegator | kDoubt},
    {"doubts", kNegator | kDoubt},
    {"doubted", kDoubt},
    {"no", kNegator | kDeterminer},
    {"none", kNegator},
    {"without", kDeterminer},
    {"lacks", kDeterminer},
    {"lack", kDeterminer},
    {"lacked", kDeterminer},
    {"absence", kDeterminer},
    {"fail", kFail},
    {"fails", kFail},
    {"failed", kFail},
    {"failing", kFail},
    {"failure", kFail},
    {"if", kCondition | kAfter},
    {"unless", kCondition | kAfter},
    {"assuming", kCondition | kAfter},
    {"suppose", kCondition},
    {"supposing", kCondition},
    {"hypothetically", kCondition},
    {"provided", kAfter},
    {"when", kAfter},
    {"whenever", kAfter},
    {"whether", kQuestion},
    {"must", kModal},
    {"should", kModal},
    {"would", kModal},
    {"could", kModal},
    {"may", kModal},
    {"might", kModal},
    {"can", kModal},
    {"shall", kModal},
    {"ought", kModal},
    {"needs", kModal},
    {"need", kModal},
    {"requires", kModal},
    {"require", kModal},
    {"arguably", kModal},
    {"perhaps", kModal},
    {"possibly", kModal},
    {"maybe", kModal},
    {"conceivably", kModal},
    {"but", kContrast},
    {"however", kContrast},
    {"although", kContrast},
    {"though", kContrast},
    {"while", kContrast},
    {"whereas", kContrast},
    {"yet", kContrast},
    {"because", kContrast},
    {"since", kContrast},
    {"therefore", kContrast | kAnaphor},
    {"thus", kContrast | kAnaphor},
    {"hence", kContrast | kAnaphor},
    {"so", kContrast | kAnaphor},
    {"is", kCopula},
    {"are", kCopula},
    {"was", kCopula},
    {"were", kCopula},
    {"be", kCopula},
    {"been", kCopula},
    {"being", kCopula},
    {"remains", kCopula},
    {"seems", kCopula},
    {"has", kCopula},
    {"have", kCopula},
    {"and", kConnector},
    {"or", kConnector},
    {"the", kConnector},
    {"a", kConnector},
    {"an", kConnector},
    {"both", kConnector},
    {"also", kConnector},
    {"as", kConnector},
    {"well", kConnector},
    {"element", kConnector},
    {"elements", kConnector},
    {"requirement", kConnector},
    {"requirements", kConnector},
    {"this", kAnaphor},
    {"that", kAnaphor},
    {"it", kAnaphor},
    {"accordingly", kAnaphor},
    {"consequently", kAnaphor},
    {"such", kAnaphor},
    {"doubt", kDoubt},
    {"question", kDoubt},
    {"dispute", kDoubt},
    {"disputed", kDoubt},
    {"only", kDoubt},
};

/// Open addressing; a slot holds a hash (0: free) and the roles.
struct Table {
  static constexpr std::size_t kSlots = 512;
  std::array<std::pair<std::uint64_t, std::uint16_t>, kSlots> slots{};

  Table() {
    for (const auto& [word, roles] : kWords) {
      const std::uint64_t hash = word_hash(word);
      std::size_t at = hash % kSlots;
      while (slots[at].first != 0) at = (at + 1) % kSlots;
      slots[at] = {hash, static_cast<std::uint16_t>(roles)};
    }
  }
};

}  // namespace

std::uint16_t roles_of(std::uint64_t word) {
  static const Table table;
  for (std::size_t at = word % Table::kSlots; table.slots[at].first != 0; at = (at + 1) % Table::kSlots) {
    if (table.slots[at].first == word) return table.slots[at].second;
  }
  return 0;
}

}  // namespace hone::rewards::rubric
