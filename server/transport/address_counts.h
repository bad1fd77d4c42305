#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace tidegate::transport {

/// Whom a connection is counted under: the IPv4 address (also when mapped into IPv6), or the first 64 bits of
/// an IPv6 one, because a single host usually owns a whole /64.
struct AddressKey {
  std::array<std::uint8_t, 8> bytes;
  friend bool operator==(const AddressKey&, const AddressKey&) = default;
};
AddressKey address_key(const boost::asio::ip::address& address);

/// Open connections, in total and an address. Thread-safe.
class AddressCounts {
 public:
  enum class Verdict { kAdmitted, kTotalReached, kAddressReached };

  AddressCounts(std::size_t total_max, std::size_t per_address_max)
      : total_max_(total_max), per_address_max_(per_address_max) {}

  /// Counts one more if both caps allow it; each kAdmitted is owed one leave().
  Verdict enter(const AddressKey& key);
  void leave(const AddressKey& key);
  std::size_t total() const;

 private:
  struct Hash {
    std::size_t operator()(const AddressKey& key) const;
  };

  const std::size_t total_max_;
  const std::size_t per_address_max_;
  mutable std::mutex mutex_;
  std::size_t total_ = 0;
  std::unordered_map<AddressKey, std::size_t, Hash> open_;
};

}  // namespace tidegate::transport
