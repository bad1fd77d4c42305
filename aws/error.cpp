#include "aws/error.h"

namespace tidegate::aws {

std::string AwsError::sentence(const Facts& facts) {
  const auto& origin = facts.origin;
  std::string text = origin.service + " " + origin.operation + ": ";
  if (!origin.code.empty()) text += origin.code;
  if (!origin.code.empty() && !facts.message.empty()) text += ": ";
  text += facts.message;
  if (facts.attempts > 1) text += " (after " + std::to_string(facts.attempts) + " attempts)";
  return text;
}

}  // namespace tidegate::aws
