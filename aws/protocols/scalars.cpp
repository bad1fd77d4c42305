#include "aws/protocols/scalars.h"

#include <date/date.h>
#include <openssl/evp.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace tidegate::aws {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Millis = std::chrono::sys_time<milliseconds>;

Millis instant_of(double epoch_seconds) {
  return Millis(milliseconds(static_cast<std::int64_t>(std::llround(epoch_seconds * 1000))));
}

double epoch_of(Millis instant) { return static_cast<double>(instant.time_since_epoch().count()) / 1000; }

/// Cuts a fraction of seconds to the three digits that the parser takes.
std::string with_milliseconds(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::string(text);
  auto end = dot + 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  std::string cut(text.substr(0, std::min(end, dot + 4)));
  return cut.append(text.substr(end));
}

}  // namespace

std::string iso_instant(double epoch_seconds) {
  const auto instant = instant_of(epoch_seconds);
  const auto whole = std::chrono::floor<seconds>(instant);
  return whole == instant ? date::format("%FT%TZ", whole) : date::format("%FT%TZ", instant);
}

std::string http_instant(double epoch_seconds) {
  return date::format("%a, %d %b %Y %T GMT", std::chrono::floor<seconds>(instant_of(epoch_seconds)));
}

double parse_instant(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  for (const auto* format : {"%FT%TZ", "%FT%T%Ez", "%a, %d %b %Y %T GMT"}) {
    Millis parsed;
    std::istringstream in(with_milliseconds(text));
    in >> date::parse(format, parsed);
    if (!in.fail()) return epoch_of(parsed);
  }
  throw std::runtime_error("\"" + std::string(text) + "\" is no instant");
}

std::string base64_encode(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string base64_decode(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0 || text.size() % 4 != 0)
    throw std::runtime_error("the answer holds a blob that is no base64");
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace tidegate::aws
