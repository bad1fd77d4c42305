#include "routes/contract_documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "openapi/embedded.h"
#include "services/error.h"

namespace tidegate::routes {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Answer asked(const std::string& operation_id, Call call = {}) {
  Routes routes;
  add_contract_documents(routes);
  return (*routes.find(operation_id))(std::move(call)).get();
}

TEST(ContractDocuments, AreServedAsWrittenAndAsJson) {
  EXPECT_THAT(*asked("getOpenapiYaml").body, StartsWith("openapi: 3.1.0\n"));
  EXPECT_THAT(*asked("getOpenapiJson").body, StartsWith(R"({"openapi":"3.1.0",)"));
}

TEST(ContractDocuments, AreNotSentAgainToWhoHasThem) {
  const auto first = asked("getOpenapiJson");
  const auto* etag = first.headers.find("etag");
  ASSERT_NE(etag, nullptr);

  for (const auto& known : {*etag, "W/" + *etag, "\"other\", " + *etag, std::string("*")}) {
    const auto again = asked("getOpenapiJson", {.headers = {{"if-none-match", known}}});
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_FALSE(again.body) << known;
    EXPECT_NE(again.headers.find("etag"), nullptr) << known;
  }
  EXPECT_EQ(asked("getOpenapiJson", {.headers = {{"if-none-match", "\"other\""}}}).status, 200);
  EXPECT_EQ(asked("getOpenapiYaml", {.headers = {{"if-none-match", *etag}}}).status, 200);
}

TEST(ContractDocuments, PageLoadsNothingFromElsewhere) {
  const auto page = asked("getDocs");

  EXPECT_THAT(page.content_type, StartsWith("text/html"));
  EXPECT_THAT(*page.body, testing::Not(HasSubstr("://")));
  ASSERT_NE(page.headers.find("content-security-policy"), nullptr);
  EXPECT_THAT(*page.headers.find("content-security-policy"), StartsWith("default-src 'none'"));
}

TEST(ContractDocuments, PageFindsEveryFileThatItNames) {
  const auto page = *asked("getDocs").body;
  const std::string prefix = "\"docs/";
  for (std::size_t at = 0; (at = page.find(prefix, at)) != std::string::npos;) {
    at += prefix.size();
    Call call;
    call.path.set("file", page.substr(at, page.find('"', at) - at));
    EXPECT_EQ(asked("getDocsFile", call).status, 200) << *call.path.text("file");
  }
}

TEST(ContractDocuments, KnowNoOtherFile) {
  Call call;
  call.path.set("file", std::string("passwd"));
  EXPECT_THROW(asked("getDocsFile", call), NotFound);
}

}  // namespace
}  // namespace tidegate::routes
