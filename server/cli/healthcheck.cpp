#include <ostream>

#include "aws/http/curl_client.h"
#include "server/cli/cli.h"
#include "server/system_clock.h"

namespace tidegate::cli {

bool healthy(const std::string& url, std::ostream& err) {
  constexpr std::chrono::milliseconds kTimeout{3'000};
  const SystemClock clock;
  aws::CurlClient client({}, clock);
  try {
    const http::Response response =
        client
            .send({.method = "GET", .url = url, .headers = {}, .body = {}}, Deadline::after(clock, kTimeout))
            .get();
    if (response.status / 100 == 2) return true;
    err << url << " answered " << response.status << ": " << response.body << "\n";
  } catch (const Error& failure) {
    err << url << ": " << failure.what() << "\n";
  }
  return false;
}

}  // namespace tidegate::cli
