#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "server/config/config.h"
#include "services/error.h"

namespace tidegate::config {

ListenAddress parse_listen_address(const std::string& text) {
  const auto wrong = [&text] {
    return InvalidRequest("\"" + text + "\" is no address:port such as 127.0.0.1:8080 or [::1]:8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) throw wrong();
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.front() == '[') {
    if (address.host.back() != ']' || address.host.size() < 4) throw wrong();
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    throw wrong();
  }
  const char* const first = text.data() + colon + 1;
  const char* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(first, last, address.port);
  if (first == last || failure != std::errc() || end != last) throw wrong();
  return address;
}

bool ListenAddress::is_loopback() const {
  // Any other name is resolved when it is listened on, to whatever it then stands for.
  boost::system::error_code not_numeric;
  const auto address = boost::asio::ip::make_address(host, not_numeric);
  return not_numeric ? host == "localhost" : address.is_loopback();
}

std::string ListenAddress::uri(bool tls) const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (tls ? "https://" : "http://") + shown + ":" + std::to_string(port);
}

}  // namespace tidegate::config
