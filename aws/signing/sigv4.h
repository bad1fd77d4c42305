#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "aws/credentials/credentials.h"
#include "services/http/http_client.h"

namespace tidegate::aws {

/// How a path is written into the canonical request.
enum class CanonicalPath {
  kNormalizedAndEncoded,  ///< every service but S3: dot segments and double slashes go, then encoded once
                          ///< more
  kEncoded,               ///< encoded once more, not normalized
  kAsSent,                ///< S3: the path as it is on the wire
};

/// Whether a session token is part of what is signed (every AWS service we call), or only added to the
/// request.
enum class SessionToken { kSigned, kUnsigned };

/// Whether the body's hash is also sent as a header.
enum class ContentHashHeader { kNone, kSent };

struct SigningOptions {
  std::string region;
  std::string service;  ///< the signing name: "eks", "ses" for SES v2, "pricing" for Pricing
  Instant at;           ///< time of signing; AWS refuses one that is too far from its own
  CanonicalPath path = CanonicalPath::kNormalizedAndEncoded;
  ContentHashHeader content_hash = ContentHashHeader::kNone;
  SessionToken session_token = SessionToken::kSigned;
  std::string payload_hash = {};  ///< empty = SHA-256 of the body; or a word such as UNSIGNED-PAYLOAD
};

/// What was signed, step by step as AWS documents it; for tests and for reading a refused signature.
struct Signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signed_headers;
  std::string signature;
};

/// Signs `request` in place (Signature Version 4): adds Host, X-Amz-Date, X-Amz-Security-Token and
/// Authorization headers, and X-Amz-Content-Sha256 where asked. Headers that proxies or tracing change
/// (user-agent, traceparent, connection ...) are not signed. The caller must not have set one of the added
/// headers but Host.
Signature sign(http::Request& request, const Credentials& credentials, const SigningOptions& options);

/// Turns `request` into a presigned one: its URL carries the signature in the query and holds for `lifetime`
/// (1 s to 7 days, and never longer than the session token lives). The headers that the request has must be
/// sent with it. An S3 request needs `payload_hash` = UNSIGNED-PAYLOAD, an STS one the (empty) body's own.
Signature presign(http::Request& request, const Credentials& credentials, const SigningOptions& options,
                  std::chrono::seconds lifetime);

/// "20261121T023000Z".
std::string amz_date(Instant at);

}  // namespace tidegate::aws
