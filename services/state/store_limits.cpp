#include "services/state/store_limits.h"

#include <cstdint>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

namespace tidegate::state {

namespace {

/// The length of the UTF-8 sequence that starts `text` (RFC 3629), or 0 where there is none.
std::size_t utf8_sequence_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// How many of the first bytes are ASCII, in whole words of eight: most of what is stored.
std::size_t ascii_words_bytes(std::string_view text) {
  std::size_t bytes = 0;
  for (std::uint64_t word = 0; bytes + sizeof word <= text.size(); bytes += sizeof word) {
    std::memcpy(&word, text.data() + bytes, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  return bytes;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(ascii_words_bytes(text));
    if (text.empty()) break;
    const std::size_t bytes = utf8_sequence_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

void check_part(std::string_view part, const char* name) {
  const std::string which(name);
  if (part.size() > kKeyPartBytesMax) {
    throw InvalidRequest("a key's " + which + " is longer than " + std::to_string(kKeyPartBytesMax) +
                         " bytes");
  }
  if (part.find('\0') != std::string_view::npos || !is_utf8(part)) {
    throw InvalidRequest("a key's " + which + " is not UTF-8 without NUL");
  }
}

void check_filled_part(std::string_view part, const char* name) {
  if (part.empty()) throw InvalidRequest("a key's " + std::string(name) + " is empty");
  check_part(part, name);
}

}  // namespace

void check_key(const Key& key) {
  check_filled_part(key.partition, "partition");
  check_filled_part(key.sort, "sort");
}

void check_query(const RangeQuery& query) {
  check_filled_part(query.partition, "partition");
  check_part(query.sort_from, "sort_from");
  check_part(query.sort_until, "sort_until");
  check_part(query.cursor, "cursor");
  if (query.limit < 1 || query.limit > kPageDocumentsMax) {
    throw InvalidRequest("a page holds 1 to " + std::to_string(kPageDocumentsMax) + " documents");
  }
}

void check_transaction(const std::vector<Write>& writes) {
  if (writes.empty() || writes.size() > DocumentStore::kTransactionWritesMax) {
    throw InvalidRequest("a transaction holds 1 to " + std::to_string(DocumentStore::kTransactionWritesMax) +
                         " writes");
  }
  std::set<std::pair<std::string_view, std::string_view>> keys;
  std::size_t bytes = 0;
  for (const Write& write : writes) {
    check_key(write.key);
    if (write.body.size() > kBodyBytesMax) {
      throw InvalidRequest("a document's body is longer than " + std::to_string(kBodyBytesMax) + " bytes");
    }
    if (!is_utf8(write.body)) throw InvalidRequest("a document's body is not UTF-8");
    bytes += write.key.partition.size() + write.key.sort.size() + write.body.size();
    if (!keys.emplace(write.key.partition, write.key.sort).second) {
      throw InvalidRequest("a transaction writes one key twice");
    }
  }
  if (bytes > kTransactionBytesMax) {
    throw InvalidRequest("a transaction is larger than " + std::to_string(kTransactionBytesMax) + " bytes");
  }
}

}  // namespace tidegate::state
