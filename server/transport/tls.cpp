#include "server/transport/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace tidegate::transport {
namespace {

std::string last_openssl_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

constexpr std::array<unsigned char, 9> kAlpnHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* selected = nullptr;
  const int outcome = SSL_select_next_proto(&selected, chosen_size, kAlpnHttp11.data(), kAlpnHttp11.size(),
                                            offered, offered_size);
  *chosen = selected;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE when the peer has gone; a library must
// not ask its process to ignore a signal, so this one sends with MSG_NOSIGNAL.
int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && would_block()) {
    BIO_set_retry_write(bio);
  }
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto received = ::recv(socket_of(bio), bytes, static_cast<std::size_t>(size), 0);
  if (received < 0 && would_block()) {
    BIO_set_retry_read(bio);
  }
  return static_cast<int>(received);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

struct FileStamp {
  std::int64_t modified_s = -1;
  std::int64_t modified_ns = -1;
  std::uint64_t inode = 0;
  std::int64_t size_bytes = -1;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return {};
  }
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ino, status.st_size};
}

}  // namespace

struct TlsCertificates::Stamp {
  FileStamp certificate;
  FileStamp key;
  friend bool operator==(const Stamp&, const Stamp&) = default;

  static Stamp of(const TlsFiles& files) { return {stamp_of(files.certificate), stamp_of(files.key)}; }
};

TlsContext make_tls_context(const TlsFiles& files) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) {
    throw std::runtime_error("TLS: " + last_openssl_error());
  }
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An idle session gives its record buffers back; what is retried after a full socket may have moved in
  // memory.
  SSL_CTX_set_mode(
      raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
    throw std::runtime_error("TLS certificate " + files.certificate + ": " + last_openssl_error());
  }
  if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("TLS key " + files.key + ": " + last_openssl_error());
  }
  if (SSL_CTX_check_private_key(raw) != 1) {
    throw std::runtime_error("TLS key " + files.key + " is not the certificate's: " + last_openssl_error());
  }
  return context;
}

TlsSession make_tls_session(SSL_CTX& context, int socket) {
  TlsSession session(SSL_new(&context));
  BIO* bio = session ? BIO_new(socket_method()) : nullptr;
  if (bio == nullptr) {
    return nullptr;
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a pointer is what OpenSSL has room for
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(session.get(), bio, bio);
  SSL_set_accept_state(session.get());
  return session;
}

TlsCertificates::TlsCertificates(TlsFiles files, TransportObserver& observer)
    : files_(std::move(files)),
      observer_(observer),
      seen_(std::make_unique<Stamp>(Stamp::of(files_))),
      context_(make_tls_context(files_)) {}

TlsCertificates::~TlsCertificates() = default;

TlsSession TlsCertificates::start_session(int socket) const {
  const std::lock_guard lock(mutex_);
  return make_tls_session(*context_, socket);
}

void TlsCertificates::reload_if_changed() {
  const Stamp now = Stamp::of(files_);
  if (now == *seen_) {
    return;
  }
  *seen_ = now;
  try {
    TlsContext fresh = make_tls_context(files_);
    {
      const std::lock_guard lock(mutex_);
      context_.swap(fresh);
    }
    observer_.certificate_reloaded();
  } catch (const std::runtime_error& error) {
    observer_.certificate_rejected(error.what());
  }
}

}  // namespace tidegate::transport
