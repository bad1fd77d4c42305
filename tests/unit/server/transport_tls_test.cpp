#include <gtest/gtest.h>

#include <string>

#include "tests/unit/server/certificate_folder.h"
#include "tests/unit/server/transport_support.h"

namespace tidegate::transport {
namespace {

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
