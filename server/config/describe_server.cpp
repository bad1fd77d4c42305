#include "server/config/describe.h"

namespace tidegate::config {

using std::chrono::milliseconds;

namespace {

void describe_limits(Binder& b, transport::TransportLimits& limits) {
  b.bytes("server.limits.header_bytes_max", limits.header_bytes_max,
          {.doc = "Request line and header fields together; past it 431", .min = 1024, .max = 1024 * 1024});
  b.field("server.limits.header_fields_max", limits.header_fields_max,
          {.doc = "Header fields of one request; past it 431", .min = 8, .max = 10'000});
  b.field(
      "server.limits.header_timeout", limits.header_timeout,
      {.doc =
           "From the first byte of a request to the last of its header, and for a TLS handshake; past it 408",
       .min = milliseconds(100)});
  b.bytes("server.limits.body_bytes_max", limits.body_bytes_max,
          {.doc = "Body of a request; past it, or past what the contract names for its operation, 413",
           .min = 1024,
           .max = 1024 * 1024 * 1024});
  b.bytes("server.limits.body_bytes_per_second_min", limits.body_bytes_per_second_min,
          {.doc = "A body that comes slower than this, after body_grace, gets 408", .min = 1});
  b.field("server.limits.body_grace", limits.body_grace,
          {.doc = "What a body may take on top of its length at the slowest rate", .min = milliseconds(100)});
  b.bytes("server.limits.body_bytes_total_max", limits.body_bytes_total_max,
          {.doc = "Bodies of all requests in flight together; past it 503", .min = 1024});
  b.field("server.limits.idle_timeout", limits.idle_timeout,
          {.doc = "A connection without a next request is closed after this", .min = milliseconds(100)});
  b.field(
      "server.limits.write_timeout", limits.write_timeout,
      {.doc = "A peer that takes no byte of its answer for this long is cut off", .min = milliseconds(100)});
  b.field("server.limits.linger", limits.linger,
          {.doc = "How long what a peer still sends is read after an answer that ends the connection",
           .min = milliseconds(1)});
  b.bytes("server.limits.linger_bytes_max", limits.linger_bytes_max,
          {.doc = "How much of it is read", .min = 1});
  b.field("server.limits.connections_max", limits.connections_max,
          {.doc = "Open connections; past it 503", .min = 1});
  b.field("server.limits.connections_per_address_max", limits.connections_per_address_max,
          {.doc = "Open connections of one IPv4 address or IPv6 /64; past it 429", .min = 1});
  b.field("server.limits.pipelined_requests_max", limits.pipelined_requests_max,
          {.doc = "Requests of one connection in flight at once", .min = 1, .max = 1024});
  b.field("server.limits.listen_backlog", limits.listen_backlog,
          {.doc = "Connections that wait to be accepted", .min = 1});
}

void describe_key(Binder& b, ApiKeyConfig& key) {
  b.field("id", key.id, {.doc = "Names the key in the log; the part of the key after tg_"});
  b.field("principal", key.principal, {.doc = "Who calls with it"});
  b.field("sha256", key.sha256, {.doc = "SHA-256 of the whole key in hex; two while a key is being changed"});
  b.field("scopes", key.scopes, {.doc = "What it may do: read, operate, admin"});
}

}  // namespace

void describe_server(Binder& b, ServerConfig& server) {
  b.field("server.listen", server.listen, {.doc = "Address and port to listen on"});
  b.field("server.threads", server.threads, {.doc = "Event loops; 0 is one a core", .max = 256});
  b.field("server.tls.certificate", server.tls.certificate,
          {.doc = "PEM file of the certificate chain; read again when it changes; empty is no TLS"});
  b.field("server.tls.key", server.tls.key, {.doc = "PEM file of the private key"});
  b.field("server.request_timeout", server.request_timeout,
          {.doc = "A request that takes longer gets 504; what it began goes on", .min = milliseconds(100)});
  b.field("server.prestop_delay", server.prestop_delay,
          {.doc = "At the end: between /readyz answering 503 and taking no more connections, so that load "
                  "balancers notice"});
  b.field("server.drain_timeout", server.drain_timeout,
          {.doc = "At the end: for requests in flight and running operations"});
  describe_limits(b, server.limits);
}

void describe_auth(Binder& b, AuthConfig& auth) {
  b.list("auth.keys", auth.keys, describe_key,
         "API keys, made by `tidegate key new`; none means that only this machine may call");
}

void describe_rate_limit(Binder& b, RateLimitConfig& limits) {
  b.field("rate_limit.per_key.rate", limits.per_key.rate_per_second,
          {.doc = "Requests a second of one key; 0 is no limit; past it 429", .min = 0});
  b.field("rate_limit.per_key.burst", limits.per_key.burst, {.doc = "Requests of one key at once", .min = 1});
  b.field("rate_limit.global.rate", limits.global.rate_per_second,
          {.doc = "Requests a second of all keys together; 0 is no limit", .min = 0});
  b.field("rate_limit.global.burst", limits.global.burst, {.doc = "Requests of all keys at once", .min = 1});
}

}  // namespace tidegate::config
