#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/server/transport_support.h"

namespace tidegate::transport {
namespace {

namespace fs = std::filesystem;

/// A folder with certificate files, gone with the test.
class CertificateFolder {
 public:
  CertificateFolder() {
    std::string pattern = (fs::temp_directory_path() / "transport-tls-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    path_ = pattern;
  }
  ~CertificateFolder() { fs::remove_all(path_); }
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;

  TlsFiles files() const { return {(path_ / "certificate.pem").string(), (path_ / "key.pem").string()}; }

  /// Writes a new key and a self-signed certificate for `common_name`, each file replaced in one step.
  void issue(const std::string& common_name) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    replace(files().certificate, [certificate](FILE* file) { PEM_write_X509(file, certificate); });
    replace(files().key,
            [key](FILE* file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  void break_certificate() const {
    replace(files().certificate, [](FILE* file) { std::fputs("not a certificate", file); });
  }

 private:
  template <typename Write>
  static void replace(const std::string& path, Write write) {
    const std::string fresh = path + ".new";
    FILE* file = std::fopen(fresh.c_str(), "w");
    write(file);
    std::fclose(file);
    fs::rename(fresh, path);
  }

  fs::path path_;
};

TransportOptions with_tls(const CertificateFolder& folder) {
  TransportOptions options = impatient();
  options.limits.idle_timeout = std::chrono::seconds(30);
  options.tls = folder.files();
  options.tls_check_interval = std::chrono::milliseconds(10);
  return options;
}

TEST(TransportTls, AnswersOverHttp11WithTls13) {
  CertificateFolder folder;
  folder.issue("one");
  TestServer server(echo, with_tls(folder));
  RawClient client(server.port());

  const std::string common_name = client.start_tls();

  EXPECT_EQ(common_name, "one");
  EXPECT_EQ(client.tls_protocol(), "TLSv1.3");
  EXPECT_EQ(client.alpn(), "http/1.1");
  EXPECT_EQ(client.get("/a").body, "GET /a ");
  EXPECT_EQ(client.get("/b").body, "GET /b ");
}

TEST(TransportTls, SpeaksTls12AndNothingOlder) {
  CertificateFolder folder;
  folder.issue("one");
  TestServer server(echo, with_tls(folder));
  RawClient modern(server.port());
  RawClient old(server.port());

  modern.start_tls(TLS1_2_VERSION);

  EXPECT_EQ(modern.get("/").status, 200);
  EXPECT_THROW(old.start_tls(TLS1_1_VERSION), std::runtime_error);
  EXPECT_TRUE(server.observer().wait_for_refusals(Refusal::kTlsHandshake, 1));
}

TEST(TransportTls, CarriesLargeBodiesBothWays) {
  CertificateFolder folder;
  folder.issue("one");
  TransportOptions options = with_tls(folder);
  options.limits.write_timeout = std::chrono::seconds(30);
  options.limits.body_grace = std::chrono::seconds(30);
  TestServer server(echo, std::move(options));
  RawClient client(server.port());
  client.start_tls();
  std::string large(1'000'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) {
    large[i] = static_cast<char>('a' + i % 23);
  }

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + large);

  EXPECT_TRUE(client.read().body == "POST / " + large);
}

TEST(TransportTls, TakesChangedFilesWithoutDroppingConnections) {
  CertificateFolder folder;
  folder.issue("before");
  TestServer server(echo, with_tls(folder));
  RawClient open(server.port());
  EXPECT_EQ(open.start_tls(), "before");

  folder.issue("after");
  ASSERT_TRUE(server.observer().wait_for_reloads(1));
  RawClient fresh(server.port());

  EXPECT_EQ(fresh.start_tls(), "after");
  EXPECT_EQ(open.get("/").status, 200);
}

TEST(TransportTls, KeepsTheOldCertificateWhenTheNewOneIsBroken) {
  CertificateFolder folder;
  folder.issue("good");
  TestServer server(echo, with_tls(folder));

  folder.break_certificate();
  ASSERT_TRUE(server.observer().wait_for_rejections(1));
  RawClient client(server.port());

  EXPECT_EQ(client.start_tls(), "good");
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(TransportTls, EndsAHandshakeThatIsNeverFinished) {
  CertificateFolder folder;
  folder.issue("one");
  TestServer server(echo, with_tls(folder));
  RawClient client(server.port());

  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.observer().refusals(Refusal::kTlsHandshake), 1U);
}

TEST(TransportTls, WithoutItsFilesIsRefusedAtStart) {
  TransportOptions options;
  options.tls = TlsFiles{"/nonexistent/certificate.pem", "/nonexistent/key.pem"};

  EXPECT_THROW(make_transport(options, nullptr), std::runtime_error);
}

}  // namespace
}  // namespace tidegate::transport
