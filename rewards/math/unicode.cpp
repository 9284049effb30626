#include "rewards/math/unicode.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hone::rewards::math {
namespace {

struct Folding {
  char32_t character;
  std::string_view latex;
};

// In the order of the characters, for the search.
constexpr auto kFoldings = std::to_array<Folding>({
    {U'\u00A0', " "},
    {U'\u00A2', "\\text{ cents}"},
    {U'\u00A3', "\\pounds "},
    {U'\u00A5', "\\yen "},
    {U'\u00B0', "^\\circ "},
    {U'\u00B1', "\\pm "},
    {U'\u00B5', "\\mu "},
    {U'\u00B7', "\\cdot "},
    {U'\u00BC', "\\frac{1}{4}"},
    {U'\u00BD', "\\frac{1}{2}"},
    {U'\u00BE', "\\frac{3}{4}"},
    {U'\u00D7', "\\times "},
    {U'\u00F7', "\\div "},
    {U'\u0391', "A"},
    {U'\u0393', "\\Gamma "},
    {U'\u0394', "\\Delta "},
    {U'\u0398', "\\Theta "},
    {U'\u039B', "\\Lambda "},
    {U'\u03A0', "\\Pi "},
    {U'\u03A3', "\\Sigma "},
    {U'\u03A6', "\\Phi "},
    {U'\u03A8', "\\Psi "},
    {U'\u03A9', "\\Omega "},
    {U'\u03B1', "\\alpha "},
    {U'\u03B2', "\\beta "},
    {U'\u03B3', "\\gamma "},
    {U'\u03B4', "\\delta "},
    {U'\u03B5', "\\epsilon "},
    {U'\u03B6', "\\zeta "},
    {U'\u03B7', "\\eta "},
    {U'\u03B8', "\\theta "},
    {U'\u03BA', "\\kappa "},
    {U'\u03BB', "\\lambda "},
    {U'\u03BC', "\\mu "},
    {U'\u03BD', "\\nu "},
    {U'\u03BE', "\\xi "},
    {U'\u03C0', "\\pi "},
    {U'\u03C1', "\\rho "},
    {U'\u03C3', "\\sigma "},
    {U'\u03C4', "\\tau "},
    {U'\u03C6', "\\phi "},
    {U'\u03C7', "\\chi "},
    {U'\u03C8', "\\psi "},
    {U'\u03C9', "\\omega "},
    {U'\u03D5', "\\phi "},
    {U'\u2002', " "},
    {U'\u2003', " "},
    {U'\u2009', " "},
    {U'\u200A', " "},
    {U'\u200B', ""},
    {U'\u2010', "-"},
    {U'\u2011', "-"},
    {U'\u2012', "-"},
    {U'\u2013', "-"},
    {U'\u2014', "-"},
    {U'\u2018', "'"},
    {U'\u2019', "'"},
    {U'\u201C', "\""},
    {U'\u201D', "\""},
    {U'\u2022', "\\cdot "},
    {U'\u2026', "\\ldots "},
    {U'\u202F', " "},
    {U'\u2032', "'"},
    {U'\u2044', "/"},
    {U'\u2061', ""},
    {U'\u2062', ""},
    {U'\u20AC', "\\euro "},
    {U'\u20B9', "\\rupee "},
    {U'\u2102', "\\mathbb{C}"},
    {U'\u2115', "\\mathbb{N}"},
    {U'\u211A', "\\mathbb{Q}"},
    {U'\u211D', "\\mathbb{R}"},
    {U'\u2124', "\\mathbb{Z}"},
    {U'\u2150', "\\frac{1}{7}"},
    {U'\u2151', "\\frac{1}{9}"},
    {U'\u2152', "\\frac{1}{10}"},
    {U'\u2153', "\\frac{1}{3}"},
    {U'\u2154', "\\frac{2}{3}"},
    {U'\u2155', "\\frac{1}{5}"},
    {U'\u2156', "\\frac{2}{5}"},
    {U'\u2157', "\\frac{3}{5}"},
    {U'\u2158', "\\frac{4}{5}"},
    {U'\u2159', "\\frac{1}{6}"},
    {U'\u215A', "\\frac{5}{6}"},
    {U'\u215B', "\\frac{1}{8}"},
    {U'\u215C', "\\frac{3}{8}"},
    {U'\u215D', "\\frac{5}{8}"},
    {U'\u215E', "\\frac{7}{8}"},
    {U'\u2205', "\\emptyset "},
    {U'\u2206', "\\Delta "},
    {U'\u2208', "\\in "},
    {U'\u2209', "\\notin "},
    {U'\u2212', "-"},
    {U'\u2213', "\\mp "},
    {U'\u2215', "/"},
    {U'\u2216', "\\setminus "},
    {U'\u2217', "*"},
    {U'\u2218', "\\circ "},
    {U'\u2219', "\\cdot "},
    {U'\u221A', "\\sqrt "},
    {U'\u221B', "\\cbrt "},
    {U'\u221C', "\\sqrt[4]"},
    {U'\u221E', "\\infty "},
    {U'\u2223', "|"},
    {U'\u2227', "\\land "},
    {U'\u2228', "\\lor "},
    {U'\u2229', "\\cap "},
    {U'\u222A', "\\cup "},
    {U'\u2236', ":"},
    {U'\u2248', "\\approx "},
    {U'\u2260', "\\ne "},
    {U'\u2261', "\\equiv "},
    {U'\u2264', "\\le "},
    {U'\u2265', "\\ge "},
    {U'\u22C5', "\\cdot "},
    {U'\u22EF', "\\cdots "},
    {U'\u2308', "\\lceil "},
    {U'\u2309', "\\rceil "},
    {U'\u230A', "\\lfloor "},
    {U'\u230B', "\\rfloor "},
    {U'\u27E8', "\\langle "},
    {U'\u27E9', "\\rangle "},
    {U'\u2A7D', "\\le "},
    {U'\u2A7E', "\\ge "},
    {U'\u3001', ","},
    {U'\u3002', "."},
});

constexpr auto kSuperscripts = std::to_array<std::pair<char32_t, char>>({{U'\u00B2', '2'},
                                                                         {U'\u00B3', '3'},
                                                                         {U'\u00B9', '1'},
                                                                         {U'\u2070', '0'},
                                                                         {U'\u2071', 'i'},
                                                                         {U'\u2074', '4'},
                                                                         {U'\u2075', '5'},
                                                                         {U'\u2076', '6'},
                                                                         {U'\u2077', '7'},
                                                                         {U'\u2078', '8'},
                                                                         {U'\u2079', '9'},
                                                                         {U'\u207A', '+'},
                                                                         {U'\u207B', '-'},
                                                                         {U'\u207D', '('},
                                                                         {U'\u207E', ')'},
                                                                         {U'\u207F', 'n'},
                                                                         {U'\u02E3', 'x'}});
constexpr auto kSubscripts = std::to_array<std::pair<char32_t, char>>({{U'\u2080', '0'},
                                                                       {U'\u2081', '1'},
                                                                       {U'\u2082', '2'},
                                                                       {U'\u2083', '3'},
                                                                       {U'\u2084', '4'},
                                                                       {U'\u2085', '5'},
                                                                       {U'\u2086', '6'},
                                                                       {U'\u2087', '7'},
                                                                       {U'\u2088', '8'},
                                                                       {U'\u2089', '9'},
                                                                       {U'\u2099', 'n'}});

template <class Table>
char find_script(const Table& table, char32_t character) {
  for (const auto& [from, to] : table) {
    if (from == character) {
      return to;
    }
  }
  return 0;
}

/// One character and its size; 0 when the bytes are not UTF-8.
std::size_t decode(std::string_view text, char32_t& character) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    character = first;
    return 1;
  }
  const std::size_t size = first >= 0xF0 && first < 0xF5   ? 4
                           : first >= 0xE0 && first < 0xF0 ? 3
                           : first >= 0xC2                 ? 2
                                                           : 0;
  if (size == 0 || first >= 0xF5) {
    return 0;
  }
  character = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return 0;
    }
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  const bool is_overlong = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
  return is_overlong || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000) ? 0 : size;
}

}  // namespace

bool fold_unicode(std::string_view text, std::string& folded) {
  folded.reserve(text.size() + 32);
  char script = 0;  // the sign of the script whose braces are open
  for (std::size_t at = 0; at < text.size();) {
    char32_t character = 0;
    const std::size_t size = decode(text.substr(at), character);
    if (size == 0) {
      return false;
    }
    const char raised = size > 1 ? find_script(kSuperscripts, character) : '\0';
    const char lowered = size > 1 && raised == 0 ? find_script(kSubscripts, character) : '\0';
    const char wanted = raised != 0 ? '^' : lowered != 0 ? '_' : '\0';
    if (script != 0 && script != wanted) {
      folded += '}';
    }
    if (wanted != 0 && script != wanted) {
      folded += wanted;
      folded += '{';
    }
    script = wanted;
    const auto* const found = std::lower_bound(
        kFoldings.begin(), kFoldings.end(), character,
        [](const Folding& folding, char32_t wanted_character) { return folding.character < wanted_character; });
    if (wanted != 0) {
      folded += raised != 0 ? raised : lowered;
    } else if (size == 1) {
      folded += text[at];
    } else if (character >= 0xFF01 && character <= 0xFF5E) {
      folded += static_cast<char>(character - 0xFF01 + '!');
    } else if (found != kFoldings.end() && found->character == character) {
      folded += found->latex;
    } else {
      folded += text.substr(at, size);
    }
    at += size;
  }
  if (script != 0) {
    folded += '}';
  }
  return true;
}

}  // namespace hone::rewards::math
