#include "server/transport/observer.h"

namespace tidegate::transport {

std::string_view name(Refusal reason) {
  switch (reason) {
    case Refusal::kConnectionLimit:
      return "connection_limit";
    case Refusal::kAddressLimit:
      return "address_limit";
    case Refusal::kTlsHandshake:
      return "tls_handshake";
    case Refusal::kMalformedHead:
      return "malformed_head";
    case Refusal::kUnsupportedVersion:
      return "unsupported_version";
    case Refusal::kUnsupportedMethod:
      return "unsupported_method";
    case Refusal::kUnsupportedCoding:
      return "unsupported_coding";
    case Refusal::kUnmetExpectation:
      return "unmet_expectation";
    case Refusal::kHeadTooLarge:
      return "head_too_large";
    case Refusal::kHeadTimeout:
      return "head_timeout";
    case Refusal::kBodyTooLarge:
      return "body_too_large";
    case Refusal::kBodyTimeout:
      return "body_timeout";
    case Refusal::kBodyMemory:
      return "body_memory";
    case Refusal::kMalformedBody:
      return "malformed_body";
    case Refusal::kWriteTimeout:
      return "write_timeout";
    case Refusal::kDrainDeadline:
      return "drain_deadline";
  }
  return "unknown";
}

}  // namespace tidegate::transport
