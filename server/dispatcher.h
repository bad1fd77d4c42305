#pragma once

#include <memory>

#include "server/middleware/request_chain.h"

namespace web::http {
class http_request;
}

namespace tidegate {

/// Takes cpprestsdk's requests to the chain and its answers back. For our own transport, which hands a
/// request over when its body is complete. Thread-safe; must outlive the requests it handles.
class Dispatcher {
 public:
  explicit Dispatcher(std::shared_ptr<RequestChain> chain) : chain_(std::move(chain)) {}

  /// Never throws: every request gets an answer. Replies on the calling thread where the handler was done at
  /// once.
  void handle(web::http::http_request request) noexcept;

 private:
  std::shared_ptr<RequestChain> chain_;
};

}  // namespace tidegate
