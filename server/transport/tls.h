#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "server/transport/observer.h"
#include "server/transport/options.h"

namespace tidegate::transport {

struct TlsDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsDeleter>;
using TlsSession = std::unique_ptr<SSL, TlsDeleter>;

/// TLS 1.2 and up, ALPN http/1.1, from these files. Throws std::runtime_error naming the file and OpenSSL's
/// reason.
TlsContext make_tls_context(const TlsFiles& files);

/// A session that reads and writes `socket` (a non-blocking descriptor, not owned) without ever raising
/// SIGPIPE. Null when there is no memory for one.
TlsSession make_tls_session(SSL_CTX& context, int socket);

/// The certificate in force. Sessions keep the context they began with, so a reload drops nobody.
/// Thread-safe.
class TlsCertificates {
 public:
  /// Throws as make_tls_context() does.
  TlsCertificates(TlsFiles files, TransportObserver& observer);
  ~TlsCertificates();
  TlsCertificates(const TlsCertificates&) = delete;
  TlsCertificates& operator=(const TlsCertificates&) = delete;

  TlsSession start_session(int socket) const;

  /// Looks whether a file changed; loads the pair if so. A pair that cannot be used (half written, key and
  /// certificate of different pairs) is reported once and tried again only when it changes again.
  void reload_if_changed();

 private:
  struct Stamp;

  TlsFiles files_;
  TransportObserver& observer_;
  std::unique_ptr<Stamp> seen_;
  mutable std::mutex mutex_;
  TlsContext context_;
};

}  // namespace tidegate::transport
