#include <algorithm>
#include <cctype>

#include "core/http_client.h"
#include "core/in_quotes.h"

namespace hone::core {
namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoi(std::string(text)) >= 1 && std::stoi(std::string(text)) <= 65535;
}

/// "host:8443" or "[::1]:8443" into the URL's host and, where one is written, port; false if it is neither.
bool split_authority(std::string_view authority, Url& url) {
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) {
      return false;
    }
    url.host = authority.substr(1, close - 1);
    rest = authority.substr(close + 1);
  } else {
    const std::size_t colon = authority.find(':');
    url.host = lower(authority.substr(0, colon));
    rest = colon == std::string_view::npos ? "" : authority.substr(colon);
  }
  if (url.host.empty() || (!rest.empty() && !rest.starts_with(':'))) {
    return false;
  }
  if (!rest.empty()) {
    url.port = rest.substr(1);
  }
  return is_port(url.port);
}

}  // namespace

Url parse_url(std::string_view text, const std::string& where) {
  Url url;
  const std::size_t separator = text.find("://");
  const std::string scheme = separator == std::string_view::npos ? "" : lower(text.substr(0, separator));
  if (scheme != "http" && scheme != "https") {
    throw ConfigError(where + " needs a URL that begins with http:// or https://");
  }
  url.is_https = scheme == "https";
  url.port = url.is_https ? "443" : "80";
  std::string_view rest = text.substr(separator + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t slash = rest.find_first_of("/?");
  const std::string_view authority = rest.substr(0, slash);
  // What stands before the @ may be a password, so nothing of such a URL is shown.
  if (authority.find('@') != std::string_view::npos) {
    throw ConfigError(where + " needs a URL without a user name or password in it");
  }
  if (!is_printable(rest) || !split_authority(authority, url)) {
    throw ConfigError(where + " needs a URL with a host and, if any, a port from 1 to 65535; found " +
                      in_quotes(std::string(text)));
  }
  url.target = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
  if (url.target.starts_with('?')) {
    url.target.insert(0, "/");
  }
  return url;
}

}  // namespace hone::core
