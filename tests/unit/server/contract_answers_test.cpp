#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "openapi/embedded.h"
#include "server/contract/answer_check.h"

namespace tidegate::contract {
namespace {

using nlohmann::json;

const AnswerCheck& the_check() {
  static const AnswerCheck check(openapi::json());
  return check;
}

std::string first_error(const std::string& operation_id, const routes::Answer& answer) {
  const auto errors = the_check().check(operation_id, answer);
  return errors.empty() ? "" : errors.front().pointer + ": " + errors.front().detail;
}

routes::Answer problem(int status, json members) {
  members["status"] = status;
  auto answer = routes::json_answer(status, members.dump());
  answer.content_type = "application/problem+json";
  return answer;
}

TEST(AnswerCheck, TakesWhatTheContractPromises) {
  EXPECT_EQ(first_error("getLiveness", routes::json_answer(200, R"({"status": "ok"})")), "");
  EXPECT_EQ(first_error("listOperations",
                        routes::json_answer(200, R"({"items": [], "next_cursor": null, "next": null})")),
            "");
  EXPECT_EQ(first_error("getMetrics", {.content_type = "text/plain; version=0.0.4; charset=utf-8"}), "");
}

TEST(AnswerCheck, NamesWhatIsNotPromised) {
  EXPECT_EQ(first_error("getLiveness", routes::json_answer(200, R"({"status": "fine"})")),
            "#/body/status: 'fine' is not one of 'ok'");
  EXPECT_EQ(first_error("getLiveness", routes::json_answer(200, "{")), "#/body: is not JSON");
  EXPECT_EQ(first_error("getLiveness", routes::json_answer(204, "")),
            "#/status: 204 is not a status of getLiveness");
  EXPECT_EQ(first_error("getLiveness", {.content_type = "text/plain"}),
            "#/content-type: 'text/plain' is not a type of this answer");
  EXPECT_EQ(first_error("getOpenapiJson", routes::json_answer(304, "{}")), "#/body: must be empty");
}

TEST(AnswerCheck, HoldsProblemsToTheirShapeWhateverTheStatus) {
  const json members = {{"type", "/problems/x"}, {"title", "X"}, {"detail", "x"}, {"request_id", "r"}};
  EXPECT_EQ(first_error("getLiveness", problem(503, members)), "");
  EXPECT_EQ(first_error("getLiveness", problem(503, {{"title", "X"}})), "#/body/type: is required");
  EXPECT_EQ(first_error("getMetrics", problem(401, members)), "#/header/www-authenticate: is required");
}

/// The examples that the contract gives for its answers, each held to its own schema.
TEST(AnswerCheck, TakesTheContractsOwnExamples) {
  const json document = json::parse(openapi::json());
  std::size_t examples = 0;
  for (const auto& path : document["paths"].items()) {
    for (const auto& operation : path.value().items()) {
      if (operation.key() == "parameters") continue;
      for (const auto& status : operation.value()["responses"].items()) {
        const auto& response = resolve_reference(document, status.value());
        if (status.key() == "default" || !response.contains("content")) continue;
        for (const auto& content : response["content"].items()) {
          if (content.key() != "application/json" || !content.value().contains("examples")) continue;
          for (const auto& example : content.value()["examples"]) {
            const auto& value = resolve_reference(document, example)["value"];
            EXPECT_EQ(first_error(operation.value()["operationId"],
                                  routes::json_answer(std::stoi(status.key()), value.dump())),
                      "");
            ++examples;
          }
        }
      }
    }
  }
  EXPECT_GE(examples, 10u);
}

}  // namespace
}  // namespace tidegate::contract
