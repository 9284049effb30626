#include "rewards/math/commands.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "rewards/math/expression.h"

namespace hone::rewards::math {
namespace {

template <class Code>
constexpr Command token(std::string_view spelling, TokenKind kind, Code code) {
  return {spelling, CommandUse::kToken, kind, static_cast<std::uint8_t>(code), {}};
}
constexpr Command token(std::string_view spelling, TokenKind kind) {
  return {spelling, CommandUse::kToken, kind, 0, {}};
}
constexpr Command named(std::string_view spelling, TokenKind kind, std::string_view name) {
  return {spelling, CommandUse::kToken, kind, 0, name};
}
constexpr Command function(std::string_view spelling, Function code) {
  return token(spelling, TokenKind::kFunction, code);
}
constexpr Command constant(std::string_view spelling, Constant code) {
  return token(spelling, TokenKind::kConstant, code);
}
constexpr Command relation(std::string_view spelling, Relation code) {
  return token(spelling, TokenKind::kRelation, code);
}
constexpr Command greek(std::string_view spelling) {
  return {spelling, CommandUse::kToken, TokenKind::kSymbol, 0, spelling};
}
constexpr Command use(std::string_view spelling, CommandUse what) {
  return {spelling, what, TokenKind::kEnd, 0, {}};
}

// Both with a backslash and as a word.
constexpr auto kShared = std::to_array<Command>({
    function("sin", Function::kSin),
    function("cos", Function::kCos),
    function("tan", Function::kTan),
    function("cot", Function::kCot),
    function("sec", Function::kSec),
    function("csc", Function::kCsc),
    function("cosec", Function::kCsc),
    named("cis", TokenKind::kFunction, "cis"),
    function("arcsin", Function::kArcsin),
    function("arccos", Function::kArccos),
    function("arctan", Function::kArctan),
    function("arccot", Function::kArccot),
    function("arcsec", Function::kArcsec),
    function("arccsc", Function::kArccsc),
    function("asin", Function::kArcsin),
    function("acos", Function::kArccos),
    function("atan", Function::kArctan),
    function("arctg", Function::kArctan),
    function("tg", Function::kTan),
    function("ctg", Function::kCot),
    function("sinh", Function::kSinh),
    function("cosh", Function::kCosh),
    function("tanh", Function::kTanh),
    function("exp", Function::kExp),
    named("log", TokenKind::kFunction, "log"),
    named("ln", TokenKind::kFunction, "ln"),
    named("lg", TokenKind::kFunction, "lg"),
    named("lb", TokenKind::kFunction, "lb"),
    function("gcd", Function::kGcd),
    function("lcm", Function::kLcm),
    function("max", Function::kMax),
    function("min", Function::kMin),
    function("det", Function::kDeterminant),
    function("arg", Function::kArgument),
    constant("pi", Constant::kPi),
    token("sqrt", TokenKind::kRoot, 2),
    token("cbrt", TokenKind::kRoot, 3),
    greek("alpha"),
    greek("beta"),
    greek("gamma"),
    greek("delta"),
    greek("epsilon"),
    greek("theta"),
    greek("lambda"),
    greek("mu"),
    greek("sigma"),
    greek("omega"),
    greek("phi"),
    greek("rho"),
    greek("tau"),
    greek("psi"),
    greek("zeta"),
    greek("kappa"),
});

constexpr auto kCommands = std::to_array<Command>({
    token("frac", TokenKind::kFraction),
    token("dfrac", TokenKind::kFraction),
    token("tfrac", TokenKind::kFraction),
    token("cfrac", TokenKind::kFraction),
    token("sfrac", TokenKind::kFraction),
    token("nicefrac", TokenKind::kFraction),
    token("binom", TokenKind::kBinomial),
    token("dbinom", TokenKind::kBinomial),
    token("tbinom", TokenKind::kBinomial),
    token("choose", TokenKind::kChoose),
    token("over", TokenKind::kOver),
    token("surd", TokenKind::kRoot, 2),
    token("cdot", TokenKind::kTimes),
    token("times", TokenKind::kTimes),
    token("ast", TokenKind::kTimes),
    token("div", TokenKind::kDivide),
    token("pm", TokenKind::kPlusMinus),
    token("mp", TokenKind::kMinusPlus),
    token("%", TokenKind::kPercent),
    token("circ", TokenKind::kDegree),
    token("degree", TokenKind::kDegree),
    token("degrees", TokenKind::kDegree),
    token("prime", TokenKind::kPrime),
    token("colon", TokenKind::kColon),
    token("mid", TokenKind::kBar),
    token("vert", TokenKind::kBar),
    token("|", TokenKind::kBar),
    token("Vert", TokenKind::kBar),
    token("lvert", TokenKind::kOpen, Bracket::kBar),
    token("rvert", TokenKind::kClose, Bracket::kBar),
    token("lVert", TokenKind::kOpen, Bracket::kBar),
    token("rVert", TokenKind::kClose, Bracket::kBar),
    token("{", TokenKind::kOpen, Bracket::kSet),
    token("}", TokenKind::kClose, Bracket::kSet),
    token("lbrace", TokenKind::kOpen, Bracket::kSet),
    token("rbrace", TokenKind::kClose, Bracket::kSet),
    token("lbrack", TokenKind::kOpen, Bracket::kSquare),
    token("rbrack", TokenKind::kClose, Bracket::kSquare),
    token("lparen", TokenKind::kOpen, Bracket::kRound),
    token("rparen", TokenKind::kClose, Bracket::kRound),
    token("langle", TokenKind::kOpen, Bracket::kAngle),
    token("rangle", TokenKind::kClose, Bracket::kAngle),
    token("lfloor", TokenKind::kOpen, Bracket::kFloor),
    token("rfloor", TokenKind::kClose, Bracket::kFloor),
    token("lceil", TokenKind::kOpen, Bracket::kCeiling),
    token("rceil", TokenKind::kClose, Bracket::kCeiling),
    token("cup", TokenKind::kUnion),
    token("bigcup", TokenKind::kUnion),
    token("cap", TokenKind::kIntersection),
    token("setminus", TokenKind::kDifference),
    token("backslash", TokenKind::kDifference),
    token("emptyset", TokenKind::kEmptySet),
    token("varnothing", TokenKind::kEmptySet),
    token("ldots", TokenKind::kEllipsis),
    token("cdots", TokenKind::kEllipsis),
    token("dots", TokenKind::kEllipsis),
    token("dotsc", TokenKind::kEllipsis),
    token("dotsb", TokenKind::kEllipsis),
    token("vdots", TokenKind::kEllipsis),
    token("land", TokenKind::kAnd),
    token("wedge", TokenKind::kAnd),
    token("lor", TokenKind::kOr),
    token("vee", TokenKind::kOr),
    token("bmod", TokenKind::kMod),
    token("mod", TokenKind::kMod),
    token("pmod", TokenKind::kParenthesisMod),
    relation("lt", Relation::kLess),
    relation("gt", Relation::kGreater),
    relation("le", Relation::kLessOrEqual),
    relation("leq", Relation::kLessOrEqual),
    relation("leqslant", Relation::kLessOrEqual),
    relation("leqq", Relation::kLessOrEqual),
    relation("ge", Relation::kGreaterOrEqual),
    relation("geq", Relation::kGreaterOrEqual),
    relation("geqslant", Relation::kGreaterOrEqual),
    relation("geqq", Relation::kGreaterOrEqual),
    relation("ne", Relation::kNotEqual),
    relation("neq", Relation::kNotEqual),
    relation("in", Relation::kIn),
    relation("notin", Relation::kNotIn),
    relation("approx", Relation::kApproximately),
    relation("sim", Relation::kApproximately),
    relation("simeq", Relation::kApproximately),
    relation("equiv", Relation::kCongruent),
    relation("doteq", Relation::kEqual),
    relation("coloneqq", Relation::kEqual),
    constant("infty", Constant::kInfinity),
    constant("varpi", Constant::kPi),
    constant("imath", Constant::kImaginaryUnit),
    function("Re", Function::kRealPart),
    function("Im", Function::kImaginaryPart),
    function("sgn", Function::kSign),
    greek("varepsilon"),
    greek("eta"),
    greek("vartheta"),
    greek("iota"),
    greek("nu"),
    greek("xi"),
    greek("varrho"),
    greek("upsilon"),
    greek("chi"),
    greek("Gamma"),
    greek("Delta"),
    greek("Theta"),
    greek("Lambda"),
    greek("Xi"),
    greek("Pi"),
    greek("Sigma"),
    greek("Upsilon"),
    greek("Phi"),
    greek("Psi"),
    greek("Omega"),
    greek("ell"),
    greek("hbar"),
    named("varphi", TokenKind::kSymbol, "phi"),
    named("$", TokenKind::kCurrency, "dollar"),
    named("pounds", TokenKind::kCurrency, "pound_sterling"),
    named("yen", TokenKind::kCurrency, "yen"),
    named("euro", TokenKind::kCurrency, "euro"),
    named("rupee", TokenKind::kCurrency, "rupee"),
    use("text", CommandUse::kUpright),
    use("textbf", CommandUse::kUpright),
    use("textit", CommandUse::kUpright),
    use("textrm", CommandUse::kUpright),
    use("textsf", CommandUse::kUpright),
    use("texttt", CommandUse::kUpright),
    use("textup", CommandUse::kUpright),
    use("textnormal", CommandUse::kUpright),
    use("mbox", CommandUse::kUpright),
    use("hbox", CommandUse::kUpright),
    use("mathrm", CommandUse::kUpright),
    use("mathsf", CommandUse::kUpright),
    use("mathtt", CommandUse::kUpright),
    use("operatorname", CommandUse::kUpright),
    use("emph", CommandUse::kUpright),
    use("underline", CommandUse::kVanish),
    use("mathbf", CommandUse::kVanish),
    use("boldsymbol", CommandUse::kVanish),
    use("bm", CommandUse::kVanish),
    use("mathit", CommandUse::kVanish),
    use("mathcal", CommandUse::kVanish),
    use("mathscr", CommandUse::kVanish),
    use("mathfrak", CommandUse::kVanish),
    use("vec", CommandUse::kVanish),
    use("overrightarrow", CommandUse::kVanish),
    use("widehat", CommandUse::kVanish),
    use("boxed", CommandUse::kVanish),
    use("fbox", CommandUse::kVanish),
    use("ensuremath", CommandUse::kVanish),
    use("left", CommandUse::kVanish),
    use("right", CommandUse::kVanish),
    use("middle", CommandUse::kVanish),
    use("big", CommandUse::kVanish),
    use("Big", CommandUse::kVanish),
    use("bigg", CommandUse::kVanish),
    use("Bigg", CommandUse::kVanish),
    use("bigl", CommandUse::kVanish),
    use("bigr", CommandUse::kVanish),
    use("Bigl", CommandUse::kVanish),
    use("Bigr", CommandUse::kVanish),
    use("biggl", CommandUse::kVanish),
    use("biggr", CommandUse::kVanish),
    use("Biggl", CommandUse::kVanish),
    use("Biggr", CommandUse::kVanish),
    use("displaystyle", CommandUse::kVanish),
    use("textstyle", CommandUse::kVanish),
    use("scriptstyle", CommandUse::kVanish),
    use("limits", CommandUse::kVanish),
    use("nolimits", CommandUse::kVanish),
    use("mathstrut", CommandUse::kVanish),
    use("rm", CommandUse::kVanish),
    use("bf", CommandUse::kVanish),
    use("it", CommandUse::kVanish),
    use("bfseries", CommandUse::kVanish),
    use("quad", CommandUse::kVanish),
    use("qquad", CommandUse::kVanish),
    use("enspace", CommandUse::kVanish),
    use("thinspace", CommandUse::kVanish),
    use("space", CommandUse::kVanish),
    token("centerdot", TokenKind::kTimes),
    use("nobreak", CommandUse::kVanish),
    use("hline", CommandUse::kVanish),
    use("angle", CommandUse::kVanish),
    use("triangle", CommandUse::kVanish),
    use("tiny", CommandUse::kVanish),
    use("small", CommandUse::kVanish),
    use("normalsize", CommandUse::kVanish),
    use("large", CommandUse::kVanish),
    use("Large", CommandUse::kVanish),
    use("LARGE", CommandUse::kVanish),
    use("huge", CommandUse::kVanish),
    use("Huge", CommandUse::kVanish),
    use("therefore", CommandUse::kVanish),
    use(",", CommandUse::kVanish),
    use(";", CommandUse::kVanish),
    use(":", CommandUse::kVanish),
    use("!", CommandUse::kVanish),
    use(">", CommandUse::kVanish),
    use(" ", CommandUse::kVanish),
    use("/", CommandUse::kVanish),
    use("(", CommandUse::kVanish),
    use(")", CommandUse::kVanish),
    use("[", CommandUse::kVanish),
    use("]", CommandUse::kVanish),
    use("hspace", CommandUse::kDropArgument),
    use("vspace", CommandUse::kDropArgument),
    use("hphantom", CommandUse::kDropArgument),
    use("phantom", CommandUse::kDropArgument),
    use("vphantom", CommandUse::kDropArgument),
    use("tag", CommandUse::kDropArgument),
    use("label", CommandUse::kDropArgument),
    use("color", CommandUse::kDropArgument),
    use("textcolor", CommandUse::kDropArgument),
    use("mathbb", CommandUse::kBlackboard),
    use("begin", CommandUse::kBegin),
    use("end", CommandUse::kEndEnvironment),
    use("overline", CommandUse::kAccent),
    use("bar", CommandUse::kAccent),
    use("dot", CommandUse::kAccent),
    use("hat", CommandUse::kAccent),
    use("tilde", CommandUse::kAccent),
});

constexpr auto kKeywords = std::to_array<Command>({
    token("and", TokenKind::kAnd),           token("or", TokenKind::kOr),
    token("mod", TokenKind::kMod),           token("union", TokenKind::kUnion),
    token("choose", TokenKind::kChoose),     constant("infinity", Constant::kInfinity),
    constant("infty", Constant::kInfinity),  constant("inf", Constant::kInfinity),
    constant("oo", Constant::kInfinity),     function("abs", Function::kNamed),
    function("floor", Function::kFloor),     function("ceil", Function::kCeiling),
    function("ceiling", Function::kCeiling), function("sgn", Function::kSign),
    function("sign", Function::kSign),       token("percent", TokenKind::kPercent),
    token("pct", TokenKind::kPercent),       token("degrees", TokenKind::kDegree),
    token("degree", TokenKind::kDegree),     token("deg", TokenKind::kDegree),
    relation("equals", Relation::kEqual),
});

using Index = std::unordered_map<std::string_view, const Command*>;

template <class Table>
void enter(Index& index, const Table& table) {
  for (const Command& command : table) {
    index.emplace(command.spelling, &command);
  }
}

const Command* find(const Index& index, std::string_view spelling) {
  const auto found = index.find(spelling);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

const Command* find_command(std::string_view spelling) {
  static const Index kIndex = [] {
    Index index;
    enter(index, kShared);
    enter(index, kCommands);
    return index;
  }();
  return find(kIndex, spelling);
}

const Command* find_keyword(std::string_view word) {
  static const Index kIndex = [] {
    Index index;
    enter(index, kShared);
    enter(index, kKeywords);
    return index;
  }();
  return find(kIndex, word);
}

}  // namespace hone::rewards::math
