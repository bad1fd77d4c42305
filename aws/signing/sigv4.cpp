#include "aws/signing/sigv4.h"

#include <algorithm>
#include <array>
#include <vector>

#include "aws/signing/hash.h"
#include "aws/signing/uri_encoding.h"
#include "services/ascii.h"

namespace tidegate::aws {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// Headers that something between us and AWS may change or drop; signing them would break the signature.
constexpr std::array<std::string_view, 14> kUnsignedHeaders = {
    "authorization",   "baggage",          "connection", "expect",  "keep-alive",          "te",
    "traceparent",     "tracestate",       "trailer",    "upgrade", "proxy-authorization", "user-agent",
    "x-amzn-trace-id", "transfer-encoding"};

/// Appends the value without leading and trailing blanks, inner runs of blanks as one space.
void append_squeezed(std::string& text, std::string_view value) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  const auto begin = text.size();
  while (true) {
    const auto word = std::ranges::find_if_not(value, is_blank);
    const auto end = std::ranges::find_if(word, value.end(), is_blank);
    if (word == end) return;
    if (text.size() > begin) text += ' ';
    text.append(word, end);
    value = std::string_view(end, value.end());
  }
}

struct UrlParts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;   ///< with its leading slash; "/" where the URL has none
  std::string_view query;  ///< without the question mark
};

UrlParts split_url(std::string_view url) {
  UrlParts parts;
  const auto scheme_end = url.find("://");
  parts.scheme = url.substr(0, scheme_end);
  url.remove_prefix(scheme_end + 3);
  const auto authority_end = std::min(url.find_first_of("/?"), url.size());
  parts.authority = url.substr(0, authority_end);
  url.remove_prefix(authority_end);
  const auto query_at = url.find('?');
  parts.path = url.substr(0, query_at);
  if (parts.path.empty()) parts.path = "/";
  if (query_at != std::string_view::npos) parts.query = url.substr(query_at + 1);
  return parts;
}

std::string host_of(const UrlParts& url) {
  const std::string_view default_port = url.scheme == "https" ? ":443" : ":80";
  std::string_view host = url.authority;
  if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
  return std::string(host);
}

/// Removes ".", ".." and empty segments; a slash at the end stays. As AWS's suite and botocore have it, which
/// is not quite RFC 3986's way with a dot at the end.
std::string normalized(std::string_view path) {
  if (path == "/") return "/";
  std::vector<std::string_view> kept;
  for (std::size_t at = 0; at <= path.size();) {
    const auto next = std::min(path.find('/', at), path.size());
    const auto segment = path.substr(at, next - at);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    at = next + 1;
  }
  std::string result;
  for (const auto segment : kept) result.append("/").append(segment);
  if (path.ends_with('/') || result.empty()) result += '/';
  return result;
}

std::string canonical_path(std::string_view path, CanonicalPath how) {
  switch (how) {
    case CanonicalPath::kAsSent:
      return std::string(path);
    case CanonicalPath::kEncoded:
      return uri_encode(path, "/");
    case CanonicalPath::kNormalizedAndEncoded:
      break;
  }
  return uri_encode(normalized(path), "/");
}

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

/// Keys and values, each encoded the one way that AWS accepts, whatever way the URL had it.
QueryPairs query_pairs(std::string_view query) {
  QueryPairs pairs;
  for (std::size_t at = 0; at < query.size();) {
    const auto next = std::min(query.find('&', at), query.size());
    const auto pair = query.substr(at, next - at);
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    if (!pair.empty()) {
      pairs.emplace_back(uri_encode(uri_decode(pair.substr(0, equals))), uri_encode(uri_decode(value)));
    }
    at = next + 1;
  }
  return pairs;
}

std::string joined(const QueryPairs& pairs) {
  std::string text;
  for (const auto& [key, value] : pairs) {
    if (!text.empty()) text += '&';
    text.append(key).append("=").append(value);
  }
  return text;
}

std::string canonical_query(QueryPairs pairs) {
  std::sort(pairs.begin(), pairs.end());
  return joined(pairs);
}

struct CanonicalHeaders {
  std::string lines;
  std::string names;
};

CanonicalHeaders canonical_headers(const http::Headers& headers, std::string_view left_out = {}) {
  struct Line {
    std::string_view name;  ///< in `names`, in lower case
    const std::string* value;
  };
  std::size_t size = 0;
  for (const auto& [name, value] : headers) size += name.size();
  std::string names(size, '\0');  // does not grow any more: the lines point into it
  std::vector<Line> kept;
  kept.reserve(headers.size());
  char* next = names.data();
  for (const auto& [name, value] : headers) {
    const std::string_view key(next, name.size());
    next = std::ranges::transform(name, next, ascii_lower).out;
    if (key == left_out || std::ranges::find(kUnsignedHeaders, key) != kUnsignedHeaders.end()) continue;
    kept.push_back({key, &value});
  }
  // Headers of one name stay in their order.
  std::ranges::sort(kept, {}, [](const Line& line) { return std::pair(line.name, line.value); });
  CanonicalHeaders result;
  result.lines.reserve(512);
  result.names.reserve(128);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto& [name, value] = kept[i];
    if (i > 0 && name == kept[i - 1].name) {
      result.lines.back() = ',';  // its other values go on in the same line
    } else {
      result.lines.append(name).append(1, ':');
      if (!result.names.empty()) result.names += ';';
      result.names += name;
    }
    append_squeezed(result.lines, *value);
    result.lines += '\n';
  }
  return result;
}

std::string scope_of(const SigningOptions& options, std::string_view stamp) {
  std::string scope(stamp.substr(0, 8));
  return scope.append("/").append(options.region).append("/").append(options.service).append("/aws4_request");
}

/// The key for a day, a region and a service: four HMACs, so each thread keeps the last ones.
Digest signing_key(const std::string& secret, std::string_view day, const SigningOptions& options) {
  struct Derived {
    std::string secret;
    std::string scope;
    Digest key;
  };
  constexpr std::size_t kKept = 32;
  thread_local std::vector<Derived> kept;
  thread_local std::size_t oldest = 0;

  std::string scope(day);
  scope.append("/").append(options.region).append("/").append(options.service);
  const auto found = std::ranges::find_if(
      kept, [&](const Derived& derived) { return derived.scope == scope && derived.secret == secret; });
  if (found != kept.end()) return found->key;

  const auto of_day = hmac_sha256("AWS4" + secret, day);
  const auto of_region = hmac_sha256(as_bytes(of_day), options.region);
  const auto of_service = hmac_sha256(as_bytes(of_region), options.service);
  const Derived derived{secret, std::move(scope), hmac_sha256(as_bytes(of_service), "aws4_request")};
  if (kept.size() < kKept) {
    kept.push_back(derived);
  } else {
    kept[oldest++ % kKept] = derived;
  }
  return derived.key;
}

/// The last two steps: string to sign, and the signature.
void finish(Signature& signature, const Credentials& credentials, const SigningOptions& options,
            const std::string& stamp) {
  auto& text = signature.string_to_sign;
  text.reserve(192);
  text.append(kAlgorithm).append("\n").append(stamp).append("\n").append(scope_of(options, stamp));
  text.append("\n").append(hex(sha256(signature.canonical_request)));
  const auto key = signing_key(credentials.secret_access_key, std::string_view(stamp).substr(0, 8), options);
  signature.signature = hex(hmac_sha256(as_bytes(key), signature.string_to_sign));
}

std::string canonical_request(const http::Request& request, const UrlParts& url, const QueryPairs& query,
                              const CanonicalHeaders& headers, const SigningOptions& options,
                              std::string_view payload_hash) {
  std::string text;
  text.reserve(256 + headers.lines.size() + headers.names.size());
  text.append(request.method).append("\n").append(canonical_path(url.path, options.path));
  text.append("\n").append(canonical_query(query));
  text.append("\n").append(headers.lines);
  text.append("\n").append(headers.names);
  return text.append("\n").append(payload_hash);
}

void add_host(http::Request& request) {
  const bool present = std::ranges::any_of(
      request.headers, [](const auto& header) { return equals_ignoring_case(header.first, "host"); });
  if (!present) request.headers.emplace_back("Host", host_of(split_url(request.url)));
}

std::string payload_hash_of(const http::Request& request, const SigningOptions& options) {
  return options.payload_hash.empty() ? hex(sha256(request.body)) : options.payload_hash;
}

}  // namespace

std::string amz_date(Instant at) {
  std::string stamp = format_rfc3339(at);
  stamp.resize(stamp.find('.'));
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp + "Z";
}

Signature sign(http::Request& request, const Credentials& credentials, const SigningOptions& options) {
  const auto stamp = amz_date(options.at);
  const auto payload_hash = payload_hash_of(request, options);
  add_host(request);
  request.headers.emplace_back("X-Amz-Date", stamp);
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  if (options.content_hash == ContentHashHeader::kSent) {
    request.headers.emplace_back("X-Amz-Content-Sha256", payload_hash);
  }

  const auto url = split_url(request.url);
  const auto headers = canonical_headers(
      request.headers, options.session_token == SessionToken::kUnsigned ? "x-amz-security-token" : "");
  Signature signature;
  signature.signed_headers = headers.names;
  signature.canonical_request =
      canonical_request(request, url, query_pairs(url.query), headers, options, payload_hash);
  finish(signature, credentials, options, stamp);

  std::string authorization;
  authorization.reserve(384);
  authorization.append(kAlgorithm).append(" Credential=").append(credentials.access_key_id).append("/");
  authorization.append(scope_of(options, stamp)).append(", SignedHeaders=").append(headers.names);
  authorization.append(", Signature=").append(signature.signature);
  request.headers.emplace_back("Authorization", std::move(authorization));
  return signature;
}

Signature presign(http::Request& request, const Credentials& credentials, const SigningOptions& options,
                  std::chrono::seconds lifetime) {
  const auto stamp = amz_date(options.at);
  add_host(request);
  const auto url = split_url(request.url);
  const auto headers = canonical_headers(request.headers);

  auto query = query_pairs(url.query);
  query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  query.emplace_back("X-Amz-Credential",
                     uri_encode(credentials.access_key_id + "/" + scope_of(options, stamp)));
  query.emplace_back("X-Amz-Date", stamp);
  query.emplace_back("X-Amz-Expires", std::to_string(lifetime.count()));
  query.emplace_back("X-Amz-SignedHeaders", uri_encode(headers.names));
  auto sent = query;
  if (!credentials.session_token.empty()) {
    sent.emplace_back("X-Amz-Security-Token", uri_encode(credentials.session_token));
    if (options.session_token == SessionToken::kSigned) query.push_back(sent.back());
  }

  Signature signature;
  signature.signed_headers = headers.names;
  signature.canonical_request =
      canonical_request(request, url, query, headers, options, payload_hash_of(request, options));
  finish(signature, credentials, options, stamp);

  sent.emplace_back("X-Amz-Signature", signature.signature);
  std::string presigned(url.scheme);
  presigned.append("://").append(url.authority).append(url.path).append("?").append(joined(sent));
  request.url = std::move(presigned);
  return signature;
}

}  // namespace tidegate::aws
