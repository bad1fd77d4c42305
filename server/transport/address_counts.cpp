#include "server/transport/address_counts.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace tidegate::transport {

AddressKey address_key(const boost::asio::ip::address& address) {
  AddressKey key{};
  const auto put_v4 = [&key](const boost::asio::ip::address_v4& v4) {
    // 0::/8 is never a peer's prefix, so these cannot meet an IPv6 key.
    const auto bytes = v4.to_bytes();
    std::copy(bytes.begin(), bytes.end(), key.bytes.begin() + 4);
  };
  if (address.is_v4()) {
    put_v4(address.to_v4());
  } else if (address.to_v6().is_v4_mapped()) {
    put_v4(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()));
  } else {
    const auto bytes = address.to_v6().to_bytes();
    std::copy_n(bytes.begin(), key.bytes.size(), key.bytes.begin());
  }
  return key;
}

std::size_t AddressCounts::Hash::operator()(const AddressKey& key) const {
  return std::hash<std::string_view>()(
      std::string_view(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()));
}

AddressCounts::Verdict AddressCounts::enter(const AddressKey& key) {
  const std::lock_guard lock(mutex_);
  if (total_ >= total_max_) {
    return Verdict::kTotalReached;
  }
  std::size_t& open = open_[key];
  if (open >= per_address_max_) {
    return Verdict::kAddressReached;
  }
  ++open;
  ++total_;
  return Verdict::kAdmitted;
}

void AddressCounts::leave(const AddressKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(key);
  if (found == open_.end()) {
    return;
  }
  --total_;
  if (--found->second == 0) {
    open_.erase(found);
  }
}

std::size_t AddressCounts::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace tidegate::transport
