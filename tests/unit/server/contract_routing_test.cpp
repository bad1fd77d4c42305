#include <gtest/gtest.h>

#include "openapi/embedded.h"
#include "server/contract/contract.h"
#include "services/error.h"

namespace tidegate::contract {
namespace {

const Contract& the_contract() {
  static const Contract contract(openapi::json());
  return contract;
}

routes::Handler answering(int status) {
  return [status](routes::Call) { return pplx::task_from_result(routes::json_answer(status, "{}")); };
}

routes::Routes all_routes() {
  routes::Routes routes;
  for (const auto& operation : the_contract().operations()) routes.on(operation.id, answering(200));
  return routes;
}

TEST(ContractRouting, FindsTheOperationOfATemplateAndDecodesItsValues) {
  const auto match = the_contract().match("GET", "/operations/op%5F1?x=1");

  EXPECT_EQ(match.operation->id, "getOperation");
  EXPECT_EQ(match.operation->route, "/operations/{operation_id}");
  EXPECT_EQ(match.path_values, std::vector<std::string>{"op_1"});
}

TEST(ContractRouting, KeepsAnEncodedSlashWithinItsSegment) {
  const auto match = the_contract().match("GET", "/alerts/a%2Fb");

  EXPECT_EQ(match.path_values, std::vector<std::string>{"a/b"});
}

TEST(ContractRouting, DoesNotTakeAPlusInAPathForASpace) {
  EXPECT_EQ(the_contract().match("GET", "/alerts/a+b").path_values, std::vector<std::string>{"a+b"});
}

TEST(ContractRouting, TellsMethodsOfOnePathApart) {
  EXPECT_EQ(the_contract().match("GET", "/alerts").operation->id, "listAlerts");
  EXPECT_EQ(the_contract().match("POST", "/alerts").operation->id, "createAlert");
}

TEST(ContractRouting, AnswersHeadWithGetsOperation) {
  EXPECT_EQ(the_contract().match("HEAD", "/livez").operation->id, "getLiveness");
}

TEST(ContractRouting, KnowsNothingAtPathsThatOnlyLookAlike) {
  for (const char* target : {"", "livez", "/", "//livez", "/livez/", "/livez/x", "/alerts//", "/LIVEZ", "*",
                             "/operations/", "http://host/livez", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r"}) {
    EXPECT_THROW(the_contract().match("GET", target), NotFound) << target;
  }
}

TEST(ContractRouting, NamesTheMethodsThatAPathTakes) {
  try {
    the_contract().match("DELETE", "/alerts");
    FAIL() << "DELETE was routed";
  } catch (const MethodNotAllowed& refused) {
    EXPECT_EQ(refused.allow(), "GET, HEAD, POST");
    EXPECT_STREQ(refused.what(), "this path takes GET, HEAD, POST");
  }
  EXPECT_THROW(the_contract().match("HEAD", "/scale"), MethodNotAllowed);
  EXPECT_THROW(the_contract().match("get", "/livez"), MethodNotAllowed);
}

TEST(ContractRouting, RefusesAPathThatIsNotPercentEncodedUtf8) {
  for (const char* target : {"/alerts/%", "/alerts/%4", "/alerts/%zz", "/alerts/%ff", "/alerts/%c0%af",
                             "/alerts/a%00b", "/alerts/%ed%a0%80"}) {
    EXPECT_THROW(the_contract().match("GET", target), InvalidRequest) << target;
  }
}

TEST(ContractRouting, KnowsEachOperationsScopeAndLimits) {
  const auto& scale = *the_contract().match("POST", "/scale").operation;
  EXPECT_EQ(scale.scope, "operate");
  EXPECT_TRUE(scale.takes_idempotency_key);
  EXPECT_TRUE(scale.takes_prefer);
  EXPECT_FALSE(scale.body_required);

  const auto& spot = *the_contract().match("GET", "/spot/opportunities").operation;
  EXPECT_EQ(spot.scope, "read");
  EXPECT_FALSE(spot.takes_idempotency_key);

  EXPECT_EQ(the_contract().match("GET", "/livez").operation->scope, "");
  EXPECT_EQ(the_contract().body_limit_bytes("POST", "/scale?x"), 262144u);
  EXPECT_EQ(the_contract().body_limit_bytes("GET", "/livez"), kUnwantedBodyLimitBytes);
  EXPECT_EQ(the_contract().body_limit_bytes("POST", "/nothing"), kUnwantedBodyLimitBytes);
  EXPECT_EQ(the_contract().body_limit_bytes("POST", "/alerts/%"), kUnwantedBodyLimitBytes);
}

TEST(ContractRouting, LetsEveryChangeBeRepeatedSafely) {
  for (const auto& operation : the_contract().operations()) {
    if (operation.method == "GET") continue;
    EXPECT_TRUE(operation.takes_idempotency_key) << operation.id;
    EXPECT_EQ(operation.scope, "operate") << operation.id;
  }
}

TEST(ContractBinding, HandsEachOperationItsHandler) {
  Contract contract(openapi::json());

  contract.bind(all_routes());

  const auto match = contract.match("GET", "/livez");
  EXPECT_EQ(contract.handler(*match.operation)({.route = "/livez"}).get().status, 200);
}

TEST(ContractBinding, RefusesAnOperationWithoutAHandler) {
  Contract contract(openapi::json());
  routes::Routes routes;
  routes.on("getLiveness", answering(200));
  try {
    contract.bind(routes);
    FAIL() << "bound without handlers";
  } catch (const std::runtime_error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("operation scaleNodegroups (POST /scale) has no handler"), std::string::npos) << text;
    EXPECT_EQ(text.find("getLiveness"), std::string::npos) << text;
  }
}

TEST(ContractBinding, RefusesAHandlerWithoutAnOperation) {
  Contract contract(openapi::json());
  auto routes = all_routes();
  routes.on("launchRockets", answering(200));
  try {
    contract.bind(routes);
    FAIL() << "bound a handler of nothing";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("handler launchRockets has no operation"), std::string::npos);
  }
}

/// A document with one operation, its parts as given.
std::string document(const std::string& operation, const std::string& path = "/a") {
  return R"({"openapi": "3.1.0", "security": [{"key": ["read"]}], "paths": {")" + path +
         R"(": {"get": {"operationId": "a")" + operation + "}}}}";
}

TEST(ContractReading, RefusesWhatItWouldNotEnforce) {
  EXPECT_NO_THROW(Contract{document("")});
  const char* const refused[] = {
      R"(, "security": [{"key": ["read", "admin"]}])",
      R"(, "security": [{"key": []}])",
      R"(, "parameters": [{"name": "a", "in": "cookie", "schema": {"type": "string"}}])",
      R"(, "parameters": [{"name": "a", "in": "query", "schema": {"type": "array"}}])",
      R"(, "parameters": [{"name": "a", "in": "query", "schema": {"type": "object"}}])",
      R"(, "parameters": [{"name": "a", "in": "path", "required": true, "schema": {"type": "string"}}])",
      R"(, "parameters": [{"name": "a", "in": "query", "schema": {"type": "string", "pattern": "a"}}])",
      R"(, "parameters": [{"name": "a", "in": "query", "schema": {"type": "string", "dependentRequired": {}}}])",
      R"(, "parameters": [{"name": "a", "in": "query", "schema": {"$ref": "#/nowhere"}}])",
      R"(, "parameters": [{"name": "a", "in": "query", "schema": {"$ref": "other.json#/a"}}])",
      R"(, "requestBody": {"content": {"text/plain": {"schema": {}}}})",
  };
  for (const char* operation : refused) {
    EXPECT_THROW(Contract{document(operation)}, std::runtime_error) << operation;
  }
}

TEST(ContractReading, RefusesASchemaThatRefersToItself) {
  const std::string text =
      R"({"openapi": "3.1.0", "security": [], "paths": {"/a": {"post": {"operationId": "a",
      "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}}}},
      "components": {"schemas": {"Tree": {"properties": {"child": {"$ref": "#/components/schemas/Tree"}}}}}})";
  EXPECT_THROW(Contract{text}, std::runtime_error);
}

TEST(ContractReading, LeavesABodysLimitToTheTransportWhereItNamesNone) {
  const std::string text =
      R"({"openapi": "3.1.0", "security": [], "paths": {"/a": {"post": {"operationId": "a",
      "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}}}})";

  EXPECT_EQ(Contract{text}.body_limit_bytes("POST", "/a"), kNoBodyLimit);
}

TEST(ContractReading, RefusesTemplatesThatCanNotBeToldApart) {
  EXPECT_THROW(Contract{document("", "/a{b}")}, std::runtime_error);
  EXPECT_THROW(Contract{document("", "/a/")}, std::runtime_error);
  EXPECT_THROW(Contract{document("", "/{b}")}, std::runtime_error);  // not described
}

TEST(PathTree, PrefersALiteralAndComesBackToAParameter) {
  PathTree tree;
  tree.add("/a/{x}/c", 1);
  tree.add("/a/b/d", 2);

  EXPECT_EQ(tree.find({"a", "b", "d"})->path, 2u);
  EXPECT_EQ(tree.find({"a", "b", "c"})->path, 1u);
  EXPECT_EQ(tree.find({"a", "b", "c"})->values, std::vector<std::string>{"b"});
  EXPECT_FALSE(tree.find({"a", "b"}));
  EXPECT_THROW(tree.add("/a/{other}/c", 3), std::runtime_error);
}

}  // namespace
}  // namespace tidegate::contract
