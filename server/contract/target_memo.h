#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "routes/call.h"
#include "server/contract/operation.h"

namespace tidegate::contract {

/// What a method and a target mean: the operation, and its parameters as they passed.
struct Understood {
  const Operation* operation = nullptr;
  routes::Parameters path = {};
  routes::Parameters query = {};
};

/// Keeps what targets were understood as, since callers repeat themselves and the contract does not change.
/// Holds at most kTargetsMax of a method, and forgets those that were not asked for longest, many at a time.
/// Thread-safe; a hit is one short lock.
class TargetMemo {
 public:
  static constexpr std::size_t kTargetsMax = 512;
  static constexpr std::size_t kTargetBytesMax = 512;  ///< longer ones are not kept

  /// Null where it is not known.
  std::shared_ptr<const Understood> find(std::string_view method, std::string_view target);
  void put(std::string_view method, std::string_view target, std::shared_ptr<const Understood> understood);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Targets = std::unordered_map<std::string, std::shared_ptr<const Understood>, Hash, std::equal_to<>>;

  /// Of one method. What is asked for moves to `recent`; when that is full, it becomes `former`.
  struct Generations {
    Targets recent = {};
    Targets former = {};
  };
  static void make_room(Generations& kept);

  std::mutex mutex_;
  std::unordered_map<std::string, Generations, Hash, std::equal_to<>> methods_;
};

}  // namespace tidegate::contract
