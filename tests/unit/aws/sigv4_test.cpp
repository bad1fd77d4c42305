#include "aws/signing/sigv4.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "aws/signing/hash.h"
#include "aws/signing/uri_encoding.h"

namespace tidegate::aws {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

fs::path suite_folder() {
  const char* data = std::getenv("TIDEGATE_DATA_DIR");  // NOLINT(concurrency-mt-unsafe)
  return (data != nullptr ? fs::path(data) : fs::path(TIDEGATE_SOURCE_DIR) / "../shared/data") / "sigv4";
}

/// AWS's Signature Version 4 suite: one folder a case.
std::vector<std::string> suite_cases() {
  std::vector<std::string> names;
  if (!fs::is_directory(suite_folder())) return {"absent"};
  for (const auto& entry : fs::directory_iterator(suite_folder())) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// A case's request.txt: a raw HTTP request whose headers may be folded over lines.
http::Request parse_request(const std::string& text) {
  http::Request request;
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  request.method = line.substr(0, first);
  std::string target = line.substr(first + 1, last - first - 1);
  std::string host;
  while (std::getline(in, line) && !line.empty()) {
    if (line.front() == ' ') {
      request.headers.back().second += "\n" + line;
      continue;
    }
    const auto colon = line.find(':');
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    if (line.starts_with("Host:")) host = line.substr(colon + 1);
  }
  request.body.assign(std::istreambuf_iterator<char>(in), {});
  request.url = "https://" + host + target;
  return request;
}

class SigV4Suite : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = suite_folder() / GetParam();
    if (!fs::exists(folder_ / "context.json")) GTEST_SKIP() << "no SigV4 suite at " << suite_folder();
    const auto context = nlohmann::json::parse(read(folder_ / "context.json"));
    credentials_.access_key_id = context.at("credentials").at("access_key_id");
    credentials_.secret_access_key = context.at("credentials").at("secret_access_key");
    credentials_.session_token = context.at("credentials").value("token", "");
    options_.region = context.at("region");
    options_.service = context.at("service");
    options_.at = parse_rfc3339(context.at("timestamp"));
    options_.path =
        context.at("normalize").get<bool>() ? CanonicalPath::kNormalizedAndEncoded : CanonicalPath::kEncoded;
    signs_body_ = context.at("sign_body").get<bool>();
    if (context.value("omit_session_token", false)) options_.session_token = SessionToken::kUnsigned;
    lifetime_ = std::chrono::seconds(context.at("expiration_in_seconds").get<int>());
    request_ = parse_request(read(folder_ / "request.txt"));
  }

  void expect_steps(const std::string& form, const Signature& signature) const {
    EXPECT_EQ(signature.canonical_request, read(folder_ / (form + "-canonical-request.txt")));
    EXPECT_EQ(signature.string_to_sign, read(folder_ / (form + "-string-to-sign.txt")));
    EXPECT_EQ(signature.signature, read(folder_ / (form + "-signature.txt")));
  }

  fs::path folder_;
  Credentials credentials_;
  SigningOptions options_;
  bool signs_body_ = false;
  std::chrono::seconds lifetime_{0};
  http::Request request_;
};

TEST_P(SigV4Suite, SignsWithHeadersAsAwsDoes) {
  if (signs_body_) options_.content_hash = ContentHashHeader::kSent;

  const auto signature = sign(request_, credentials_, options_);

  expect_steps("header", signature);
  const auto signed_request = parse_request(read(folder_ / "header-signed-request.txt"));
  http::Response expected{0, signed_request.headers, ""};
  http::Response ours{0, request_.headers, ""};
  for (const auto* name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"}) {
    EXPECT_EQ(ours.header(name), expected.header(name)) << name;
  }
}

TEST_P(SigV4Suite, PresignsAsAwsDoes) {
  const auto signature = presign(request_, credentials_, options_, lifetime_);

  expect_steps("query", signature);
  EXPECT_TRUE(request_.url.ends_with("&X-Amz-Signature=" + signature.signature)) << request_.url;
}

INSTANTIATE_TEST_SUITE_P(Aws, SigV4Suite, testing::ValuesIn(suite_cases()), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

http::Request get(const std::string& url) { return {"GET", url, {}, ""}; }

SigningOptions options_for(const std::string& service) {
  SigningOptions options;
  options.region = "us-east-1";
  options.service = service;
  options.at = parse_rfc3339("2026-11-21T02:30:00Z");
  return options;
}

const Credentials kKeys{"AKIDEXAMPLE", "secret"};

TEST(SigV4, EncodesAPercentEncodedPathOnceMoreForAllServicesButS3) {
  auto eks = get("https://eks.us-east-1.amazonaws.com/tags/arn%3Aaws%3Aeks");
  auto s3 = get("https://s3.us-east-1.amazonaws.com/bucket//a%20b/../c");
  auto s3_options = options_for("s3");
  s3_options.path = CanonicalPath::kAsSent;

  EXPECT_TRUE(
      sign(eks, kKeys, options_for("eks")).canonical_request.starts_with("GET\n/tags/arn%253Aaws%253Aeks\n"));
  EXPECT_TRUE(sign(s3, kKeys, s3_options).canonical_request.starts_with("GET\n/bucket//a%20b/../c\n"));
}

TEST(SigV4, LeavesOutHeadersThatProxiesAndTracingChange) {
  auto request = get("https://eks.us-east-1.amazonaws.com/");
  request.headers = {{"User-Agent", "tidegate"}, {"traceparent", "00-a-b-01"}, {"X-Amz-Target", "T.Op"}};

  EXPECT_EQ(sign(request, kKeys, options_for("eks")).signed_headers, "host;x-amz-date;x-amz-target");
}

TEST(SigV4, SignsHostWithItsPortOnlyWhereItIsNotTheSchemesOwn) {
  auto plain = get("https://localhost:443/");
  auto other = get("http://localhost:4566/");

  EXPECT_NE(sign(plain, kKeys, options_for("eks")).canonical_request.find("host:localhost\n"),
            std::string::npos);
  EXPECT_NE(sign(other, kKeys, options_for("eks")).canonical_request.find("host:localhost:4566\n"),
            std::string::npos);
}

TEST(SigV4, SortsQueryByKeyThenValueAndKeepsRepeatsAndEmptyValues) {
  auto request = get("https://x.amazonaws.com/?b=2&a=2&a=1&c&a=%2F&d=x+y");

  const auto canonical = sign(request, kKeys, options_for("eks")).canonical_request;

  EXPECT_TRUE(canonical.starts_with("GET\n/\na=%2F&a=1&a=2&b=2&c=&d=x%2By\n")) << canonical;
}

TEST(UriEncoding, RoundTripsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);

  const auto encoded = uri_encode(bytes);

  EXPECT_EQ(uri_decode(encoded), bytes);
  EXPECT_EQ(encoded.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%"),
            std::string::npos);
}

}  // namespace
}  // namespace tidegate::aws
