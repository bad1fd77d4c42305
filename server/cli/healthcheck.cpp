#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <ostream>
#include <stdexcept>

#include "server/cli/cli.h"

namespace tidegate::cli {

namespace {

constexpr long kTimeoutMs = 3'000;
constexpr std::size_t kBodyBytesMax = std::size_t{16} << 10U;

std::size_t keep_body(char* data, std::size_t one, std::size_t size, void* body) {
  auto& text = *static_cast<std::string*>(body);
  text.append(data, std::min(one * size, kBodyBytesMax - text.size()));
  return one * size;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
    throw std::runtime_error("libcurl refuses option " + std::to_string(option));
  }
}

}  // namespace

bool healthy(const std::string& url, Peer peer, std::ostream& err) {
  const std::unique_ptr<CURL, void (*)(CURL*)> owner(curl_easy_init(), &curl_easy_cleanup);
  CURL* easy = owner.get();
  if (easy == nullptr) throw std::bad_alloc();
  std::string body;
  std::array<char, CURL_ERROR_SIZE> why{};
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_NOPROXY, "*");
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  set(easy, CURLOPT_ERRORBUFFER, why.data());
  set(easy, CURLOPT_WRITEFUNCTION, &keep_body);
  set(easy, CURLOPT_WRITEDATA, &body);
  if (peer == Peer::kItself) {
    set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }

  const CURLcode outcome = curl_easy_perform(easy);
  if (outcome != CURLE_OK) {
    err << url << ": " << (why.front() == '\0' ? curl_easy_strerror(outcome) : why.data()) << "\n";
    return false;
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 == 2) return true;
  err << url << " answered " << status << ": " << body << "\n";
  return false;
}

}  // namespace tidegate::cli
