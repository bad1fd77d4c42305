#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "routes/call.h"

namespace tidegate::routes {

/// Text as a part of a path or query (RFC 3986: everything but unreserved characters is encoded).
std::string percent_encoded(std::string_view text);

/// The pages of one list. A cursor is a position in the list and a check of which list it is of, so that one
/// that was cut, or given to another list or with other filters, is refused instead of leading nowhere.
class Paging {
 public:
  /// `filters` are the query parameters that decide what is in the list. Throws InvalidRequest for a cursor
  /// that is none of this list's.
  Paging(const Call& call, std::string_view path, std::initializer_list<std::string_view> filters);

  /// Where the page before ended; empty = from the start.
  const std::string& position() const { return position_; }
  std::size_t limit() const { return limit_; }

  /// {"items", "next_cursor", "next"}: the last two null where `next_position` is empty.
  nlohmann::json page(nlohmann::json items, const std::string& next_position) const;

 private:
  std::string cursor_of(std::string_view position) const;

  std::string list_;  ///< path and filters, as an address
  std::size_t limit_;
  std::string position_;
};

}  // namespace tidegate::routes
