#include <gtest/gtest.h>

#include <string>

#include "server/transport/head_check.h"

namespace tidegate::transport {
namespace {

constexpr std::size_t kFieldsMax = 100;

std::variant<RequestHead, HeadRefusal> check(const std::string& head) {
  HeadScanner scanner;
  switch (scanner.scan(head)) {
    case HeadScanner::Result::kComplete:
      return check_head(scanner.head(head), kFieldsMax);
    case HeadScanner::Result::kBad:
      return HeadRefusal{400, Refusal::kMalformedHead, "scanner"};
    case HeadScanner::Result::kIncomplete:
      return HeadRefusal{0, Refusal::kMalformedHead, "incomplete"};
  }
  return HeadRefusal{0, Refusal::kMalformedHead, "unreachable"};
}

struct Case {
  const char* name;
  std::string head;
  unsigned status;  ///< 200 = accepted
};

class HeadCheck : public testing::TestWithParam<Case> {};

TEST_P(HeadCheck, JudgesTheHead) {
  const auto verdict = check(GetParam().head);

  const auto* refusal = std::get_if<HeadRefusal>(&verdict);
  EXPECT_EQ(refusal == nullptr ? 200 : refusal->status, GetParam().status)
      << (refusal ? refusal->detail : "");
}

std::string with(const std::string& fields) { return "POST /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n"; }
std::string line(const std::string& request_line) { return request_line + "\r\nHost: h\r\n\r\n"; }

INSTANTIATE_TEST_SUITE_P(
    Framing, HeadCheck,
    testing::Values(
        Case{"length", with("Content-Length: 5\r\n"), 200},
        Case{"chunked", with("Transfer-Encoding: chunked\r\n"), 200},
        Case{"chunked_in_capitals", with("TRANSFER-ENCODING: CHUNKED\r\n"), 200},
        Case{"length_and_chunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        Case{"chunked_and_length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        Case{"same_length_twice", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        Case{"two_lengths", with("Content-Length: 5\r\ncontent-length: 6\r\n"), 400},
        Case{"list_of_lengths", with("Content-Length: 5, 5\r\n"), 400},
        Case{"plus_sign", with("Content-Length: +5\r\n"), 400},
        Case{"minus_sign", with("Content-Length: -5\r\n"), 400},
        Case{"hex_length", with("Content-Length: 0x5\r\n"), 400},
        Case{"empty_length", with("Content-Length:\r\n"), 400},
        Case{"length_with_space_inside", with("Content-Length: 1 0\r\n"), 400},
        Case{"length_past_64_bits", with("Content-Length: 99999999999999999999\r\n"), 400},
        Case{"two_codings", with("Transfer-Encoding: gzip, chunked\r\n"), 501},
        Case{"unknown_coding", with("Transfer-Encoding: xchunked\r\n"), 501},
        Case{"identity", with("Transfer-Encoding: identity\r\n"), 501},
        Case{"chunked_twice_in_one", with("Transfer-Encoding: chunked, chunked\r\n"), 501},
        Case{"chunked_twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        Case{"empty_coding", with("Transfer-Encoding:\r\n"), 400},
        Case{"coding_hidden_by_tab", with("Transfer-Encoding:\tchunked\r\nContent-Length: 1\r\n"), 400},
        Case{"coding_on_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}),
    [](const auto& tested) { return std::string(tested.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Lines, HeadCheck,
    testing::Values(Case{"bare_lf_after_field", "GET / HTTP/1.1\r\nHost: h\n\r\n\r\n", 400},
                    Case{"bare_lf_only", "GET / HTTP/1.1\nHost: h\n\n", 400},
                    Case{"bare_cr_in_field", with("A: b\rc\r\n"), 400},
                    Case{"bare_cr_before_crlf", with("A: b\r\r\n"), 400},
                    Case{"folded_with_space", with("A: b\r\n c\r\n"), 400},
                    Case{"folded_with_tab", with("A: b\r\n\tc\r\n"), 400},
                    Case{"nul_in_value", with(std::string("A: b\0c\r\n", 8)), 400},
                    Case{"nul_in_name", with(std::string("A\0: b\r\n", 7)), 400},
                    Case{"nul_in_target", line(std::string("GET /\0 HTTP/1.1", 15)), 400},
                    Case{"control_in_value", with("A: b\x01\r\n"), 400},
                    Case{"delete_in_value", with("A: b\x7f\r\n"), 400},
                    Case{"tab_in_value", with("A: b\tc\r\n"), 200},
                    Case{"latin1_in_value", with("A: caf\xe9\r\n"), 200},
                    Case{"space_before_colon", with("Content-Length : 5\r\n"), 400},
                    Case{"tab_before_colon", with("A\t: 5\r\n"), 400},
                    Case{"space_in_name", with("A B: 5\r\n"), 400},
                    Case{"no_colon", with("nonsense\r\n"), 400}, Case{"no_name", with(": value\r\n"), 400},
                    Case{"one_empty_line_first", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 200},
                    Case{"two_empty_lines_first", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Case{"space_first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Case{"tls_hello", "\x16\x03\x01\x02", 400}),
    [](const auto& tested) { return std::string(tested.param.name); });

INSTANTIATE_TEST_SUITE_P(
    RequestLine, HeadCheck,
    testing::Values(
        Case{"path", line("GET /a/b?c=d&e=%20 HTTP/1.1"), 200},
        Case{"extension_method", line("PURGE / HTTP/1.1"), 200},
        Case{"method_not_a_token", line("G(T / HTTP/1.1"), 400}, Case{"no_target", line("GET HTTP/1.1"), 400},
        Case{"empty_target", line("GET  HTTP/1.1"), 400},
        Case{"space_in_target", line("GET /a b HTTP/1.1"), 400},
        Case{"tab_instead_of_space", line("GET\t/ HTTP/1.1"), 400},
        Case{"trailing_space", line("GET / HTTP/1.1 "), 400},
        Case{"relative_target", line("GET a HTTP/1.1"), 400},
        Case{"fragment", line("GET /a#b HTTP/1.1"), 400},
        Case{"quote_in_target", line("GET /\" HTTP/1.1"), 400},
        Case{"high_byte_in_target", line("GET /\xc3\xa9 HTTP/1.1"), 400},
        Case{"broken_escape", line("GET /%2 HTTP/1.1"), 400},
        Case{"escape_of_no_hex", line("GET /%zz HTTP/1.1"), 400},
        Case{"two_slashes", line("GET //evil/a HTTP/1.1"), 400},
        Case{"absolute", line("GET http://other:80/a HTTP/1.1"), 200},
        Case{"absolute_without_path", line("GET http://other HTTP/1.1"), 200},
        Case{"absolute_without_authority", line("GET http:///a HTTP/1.1"), 400},
        Case{"absolute_of_other_scheme", line("GET ftp://other/a HTTP/1.1"), 400},
        Case{"absolute_with_user", line("GET http://u@other/a HTTP/1.1"), 400},
        Case{"asterisk", line("OPTIONS * HTTP/1.1"), 200},
        Case{"asterisk_of_get", line("GET * HTTP/1.1"), 400},
        Case{"connect", line("CONNECT h:443 HTTP/1.1"), 501}, Case{"trace", line("TRACE / HTTP/1.1"), 200},
        Case{"http_2", line("PRI * HTTP/2.0"), 505}, Case{"http_1_2", line("GET / HTTP/1.2"), 505},
        Case{"http_0_9", line("GET / HTTP/0.9"), 505},
        Case{"lower_case_version", line("GET / http/1.1"), 400},
        Case{"version_of_two_digits", line("GET / HTTP/1.10"), 400}, Case{"no_version", line("GET /"), 400}),
    [](const auto& tested) { return std::string(tested.param.name); });

INSTANTIATE_TEST_SUITE_P(
    HostAndExpect, HeadCheck,
    testing::Values(Case{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
                    Case{"no_host_on_1_0", "GET / HTTP/1.0\r\n\r\n", 200},
                    Case{"two_hosts", with("Host: h\r\n"), 400},
                    Case{"two_hosts_on_1_0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                    Case{"empty_host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
                    Case{"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
                    Case{"host_with_space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
                    Case{"host_ipv6", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200},
                    Case{"continue", with("Content-Length: 1\r\nExpect: 100-Continue\r\n"), 200},
                    Case{"other_expectation", with("Expect: miracles\r\n"), 417},
                    Case{"two_expectations", with("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 400}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(HeadCheckFields, RefusesOneMoreThanAllowed) {
  std::string fields;
  for (std::size_t i = 1; i < kFieldsMax; ++i) {
    fields += "A: b\r\n";
  }

  const auto at_limit = check(with(fields));
  const auto past_limit = check(with(fields + "A: b\r\n"));

  EXPECT_TRUE(std::holds_alternative<RequestHead>(at_limit));
  ASSERT_TRUE(std::holds_alternative<HeadRefusal>(past_limit));
  EXPECT_EQ(std::get<HeadRefusal>(past_limit).status, 431U);
}

TEST(HeadCheckFields, TakesTheAuthorityOffAnAbsoluteTarget) {
  const std::string bytes = "GET http://other:81/a?b HTTP/1.1\r\nHost: h\r\n\r\n";

  const auto verdict = check_head(bytes, kFieldsMax);

  ASSERT_TRUE(std::holds_alternative<RequestHead>(verdict));
  EXPECT_EQ(std::get<RequestHead>(verdict).target, "/a?b");
  EXPECT_EQ(std::get<RequestHead>(verdict).authority, "other:81");
}

TEST(HeadScanner, FindsTheSameEndWhereverTheBytesAreCut) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\nrest";
  const std::size_t end = bytes.size() - 4;

  for (std::size_t cut = 0; cut < end; ++cut) {
    HeadScanner scanner;
    ASSERT_EQ(scanner.scan(std::string_view(bytes).substr(0, cut)), HeadScanner::Result::kIncomplete) << cut;
    ASSERT_EQ(scanner.scan(bytes), HeadScanner::Result::kComplete) << cut;
    EXPECT_EQ(scanner.end(), end) << cut;
  }
}

}  // namespace
}  // namespace tidegate::transport
