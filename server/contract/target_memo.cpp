#include "server/contract/target_memo.h"

#include <utility>

namespace tidegate::contract {

void TargetMemo::make_room(Generations& kept) {
  if (kept.recent.size() < kTargetsMax / 2) return;
  kept.former = std::exchange(kept.recent, {});
}

std::shared_ptr<const Understood> TargetMemo::find(std::string_view method, std::string_view target) {
  const std::lock_guard lock(mutex_);
  const auto of_method = methods_.find(method);
  if (of_method == methods_.end()) return nullptr;
  Generations& kept = of_method->second;
  if (const auto found = kept.recent.find(target); found != kept.recent.end()) return found->second;
  const auto found = kept.former.find(target);
  if (found == kept.former.end()) return nullptr;
  auto node = kept.former.extract(found);
  make_room(kept);
  return kept.recent.insert(std::move(node)).position->second;
}

void TargetMemo::put(std::string_view method, std::string_view target,
                     std::shared_ptr<const Understood> understood) {
  if (target.size() > kTargetBytesMax) return;
  const std::lock_guard lock(mutex_);
  auto of_method = methods_.find(method);
  if (of_method == methods_.end()) of_method = methods_.emplace(std::string(method), Generations()).first;
  make_room(of_method->second);
  of_method->second.recent.insert_or_assign(std::string(target), std::move(understood));
}

}  // namespace tidegate::contract
