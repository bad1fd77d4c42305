#pragma once

#include <string>
#include <vector>

#include "services/state/store.h"

namespace tidegate::state {

/// Longest partition or sort part of a key, in bytes (DynamoDB: 1024 for a sort key).
inline constexpr std::size_t kKeyPartBytesMax = 1024;
/// Longest body, in bytes: an item of DynamoDB, names and keys included, is 400 KB at most.
inline constexpr std::size_t kBodyBytesMax = 350'000;
/// Keys and bodies of one transaction together, in bytes: DynamoDB takes 4 MB with names and numbers.
inline constexpr std::size_t kTransactionBytesMax = 3'900'000;
/// Most documents a page.
inline constexpr std::size_t kPageDocumentsMax = 1000;
/// A page ends early, with a cursor, once its bodies reach this many bytes (DynamoDB reads 1 MB a page).
inline constexpr std::size_t kPageBytesMax = 1 << 20;

/// What every store refuses before it asks its database, so that no caller comes to rely on one database's
/// leniency. Each throws InvalidRequest.
void check_key(const Key& key);
void check_query(const RangeQuery& query);
/// 1..kTransactionWritesMax writes, at most one a key, valid keys, UTF-8 bodies, none of the sizes passed.
void check_transaction(const std::vector<Write>& writes);

}  // namespace tidegate::state
