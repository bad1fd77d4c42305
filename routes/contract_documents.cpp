#include "routes/contract_documents.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>

#include "openapi/embedded.h"
#include "services/error.h"

namespace tidegate::routes {

namespace {

// Swagger UI sets styles from its script; nothing comes from another origin. `connect-src` is the service
// itself, for "Try it out".
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// FNV-1a: names a version, protects nothing.
std::string entity_tag(std::string_view content) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : content) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string tag = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) tag += kDigits[(hash >> shift) & 0xF];
  return tag + "\"";
}

struct Document {
  std::shared_ptr<const std::string> content;  // shared with the answers under way
  std::string etag;
};

/// Each embedded text, copied and hashed once, at its first request.
class Documents {
 public:
  Document get(std::string_view content) {
    const std::lock_guard lock(mutex_);
    auto& document = by_address_[content.data()];
    if (!document.content) document = {std::make_shared<const std::string>(content), entity_tag(content)};
    return document;
  }

 private:
  std::mutex mutex_;
  std::map<const char*, Document> by_address_;
};

/// If-None-Match: "*" or a list of tags, weak ones counting as strong (RFC 9110, 13.1.2).
bool names_tag(const std::string& if_none_match, const std::string& etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string::npos;
}

Answer answer_document(Documents& documents, const Call& call, std::string content_type,
                       std::string_view content) {
  const auto document = documents.get(content);
  Headers headers{{"etag", document.etag}, {"cache-control", "no-cache"}};
  const std::string* known = call.headers.find("if-none-match");
  if (known != nullptr && names_tag(*known, document.etag)) {
    return {.status = 304, .content_type = "", .headers = std::move(headers)};
  }
  return {.content_type = std::move(content_type), .body = document.content, .headers = std::move(headers)};
}

}  // namespace

void add_contract_documents(Routes& routes) {
  const auto documents = std::make_shared<Documents>();  // shared by the handlers
  routes.on("getOpenapiJson", [documents](Call call) {
    return pplx::task_from_result(answer_document(*documents, call, "application/json", openapi::json()));
  });
  routes.on("getOpenapiYaml", [documents](Call call) {
    return pplx::task_from_result(answer_document(*documents, call, "application/yaml", openapi::yaml()));
  });
  routes.on("getDocs", [documents](Call call) {
    auto answer = answer_document(*documents, call, "text/html; charset=utf-8", openapi::docs_page());
    answer.headers.add("content-security-policy", kPagePolicy);
    return pplx::task_from_result(std::move(answer));
  });
  routes.on("getDocsFile", [documents](Call call) {
    const auto name = call.path.text("file").value_or("");
    const auto file = openapi::docs_file(name);
    if (!file) throw NotFound("the documentation page has no file '" + name + "'");
    return pplx::task_from_result(
        answer_document(*documents, call, std::string(file->content_type), file->content));
  });
}

}  // namespace tidegate::routes
