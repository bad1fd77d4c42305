#include "aws/credentials/metadata_call.h"

#include "services/async/task.h"

namespace tidegate::aws {

pplx::task<std::optional<http::Response>> ask_metadata(std::shared_ptr<http::HttpClient> http, Clock* clock,
                                                       http::Request request, MetadataPatience patience) {
  std::optional<http::Response> answer;
  for (int attempt = 1; attempt <= patience.attempts; ++attempt) {
    if (attempt > 1) co_await clock->sleep_for(patience.pause);
    const auto deadline = Deadline::after(*clock, patience.timeout);
    try {
      answer = co_await http->send(request, deadline);
      if (answer->status < 500) break;
    } catch (const http::TransportFailure&) {
      answer.reset();
    }
  }
  co_return answer;
}

}  // namespace tidegate::aws
