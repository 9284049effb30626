#include "rewards/math/scalar/graph.h"

#include <algorithm>

#include "rewards/math/scalar/balls.h"
#include "rewards/math/scalar/limits.h"
#include "rewards/math/scalar/separation.h"

namespace hone::rewards::math::scalar {
namespace {

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9E3779B97F4A7C15ULL;
  return state ^ (state >> 29);
}

std::uint64_t hash_of(const Number& number) {
  return mix(fmpz_get_ui(number.numerator()) * 2 + (number.sign() < 0), fmpz_get_ui(number.denominator()));
}

}  // namespace

Graph::Graph(Work& work) : work_(work), table_(128, 0) {
  vertices_.reserve(64);
  children_.reserve(64);
  vertices_.push_back({});
}

std::uint64_t Graph::hash(const Vertex& vertex, std::span<const Id> children) const {
  std::uint64_t state = static_cast<std::uint64_t>(vertex.op) + 1;
  state = vertex.op == Op::kNumber ? mix(state, hash_of(numbers_[vertex.payload])) : mix(state, vertex.payload);
  for (const Id child : children) state = mix(state, child);
  return state;
}

bool Graph::is_same(Id id, const Vertex& vertex, std::span<const Id> children) const {
  const Vertex& other = vertices_[id];
  if (other.op != vertex.op || other.child_count != children.size()) return false;
  if (vertex.op == Op::kNumber) return numbers_[other.payload] == numbers_[vertex.payload];
  return other.payload == vertex.payload && std::ranges::equal(this->children(id), children);
}

void Graph::grow_table() {
  table_.assign(table_.size() * 2, 0);
  for (Id id = 1; id < vertices_.size(); ++id) {
    std::size_t slot = hash(vertices_[id], children(id)) & (table_.size() - 1);
    while (table_[slot] != 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = id;
  }
}

Id Graph::intern(Op op, std::uint32_t payload, std::span<const Id> children) {
  Vertex vertex{.op = op, .payload = payload};
  vertex.has_symbol = op == Op::kSymbol || op == Op::kNamed;
  vertex.has_imaginary = op == Op::kImaginary;
  for (const Id child : children) {
    if (child == 0) return 0;
    vertex.has_symbol |= vertices_[child].has_symbol;
    vertex.has_imaginary |= vertices_[child].has_imaginary;
    vertex.depth = std::max<std::uint8_t>(vertex.depth, vertices_[child].depth + 1);
  }
  if (vertex.depth > kMaxGraphDepth || vertices_.size() >= kMaxVertices) return 0;
  if (!work_.spend(60 + 8 * children.size())) return 0;
  if (vertices_.size() * 2 > table_.size()) grow_table();
  std::size_t slot = hash(vertex, children) & (table_.size() - 1);
  for (; table_[slot] != 0; slot = (slot + 1) & (table_.size() - 1)) {
    if (is_same(table_[slot], vertex, children)) return table_[slot];
  }
  vertex.first_child = static_cast<std::uint32_t>(children_.size());
  vertex.child_count = static_cast<std::uint32_t>(children.size());
  children_.insert(children_.end(), children.begin(), children.end());
  table_[slot] = static_cast<Id>(vertices_.size());
  vertices_.push_back(vertex);
  return table_[slot];
}

std::uint32_t Graph::name(std::string_view text) {
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == text) return i;
  }
  names_.emplace_back(text);
  return static_cast<std::uint32_t>(names_.size() - 1);
}

// A product of numbers of n words, brought to lowest terms, takes about 10·n^1.5 ns.
bool Graph::affords(std::uint64_t bits) {
  if (bits > 2 * kMaxNumberBits) return false;
  const std::uint64_t words = bits / 64 + 1;
  return words < 8 || work_.spend(words < 64 ? words * 40 : words * words / 6 + words * 40);
}

Id Graph::number(Number value) {
  if (!affords(value.bits())) return 0;
  numbers_.push_back(std::move(value));
  const auto index = static_cast<std::uint32_t>(numbers_.size() - 1);
  const Id id = intern(Op::kNumber, index, {});
  if (id == 0 || vertices_[id].payload != index) numbers_.pop_back();
  return id;
}

Id Graph::infinity(Sign sign) {
  if (sign == Sign::kZero || sign == Sign::kUnknown) return 0;
  return intern(Op::kInfinity, sign == Sign::kNegative ? 1 : 0, {});
}
Id Graph::symbol(std::string_view text) {
  return intern(Op::kSymbol, name(text), {});
}
Id Graph::pi() {
  return intern(Op::kPi, 0, {});
}
Id Graph::euler() {
  return intern(Op::kEuler, 0, {});
}
Id Graph::imaginary() {
  return intern(Op::kImaginary, 0, {});
}

Graph::Term Graph::term(Id id) {
  if (vertices_[id].op == Op::kNumber) return {number_of(id), number(1)};
  if (vertices_[id].op == Op::kScale) return {number_of(id), child(id, 0)};
  return {Number(1), id};
}

const Ball& Graph::enclosure(Id id) {
  if (enclosures_.size() < vertices_.size()) {
    enclosures_.resize(vertices_.size());
    is_enclosed_.resize(vertices_.size(), 0);
  }
  if (is_enclosed_[id] == 0) {
    is_enclosed_[id] = 1;
    for (const Id child : children(id)) {
      if (is_constant(child)) (void)enclosure(child);
    }
    evaluate_vertex(*this, id, {.precision = 64}, enclosures_, enclosures_[id]);
  }
  return enclosures_[id];
}

Sign Graph::sign(Id id) {
  const Vertex& vertex = vertices_[id];
  if (vertex.op == Op::kNumber) return static_cast<Sign>(number_of(id).sign());
  if (vertex.op == Op::kInfinity) return vertex.payload == 0 ? Sign::kPositive : Sign::kNegative;
  if (vertex.has_symbol || id == 0) return Sign::kUnknown;
  const Ball& ball = enclosure(id);
  if (ball.is_positive()) return Sign::kPositive;
  if (ball.is_negative()) return Sign::kNegative;
  if (!ball.is_finite() || acb_contains_zero(ball.get()) == 0) return Sign::kUnknown;
  return proven_sign(*this, id);
}

}  // namespace hone::rewards::math::scalar
