#include "aws/credentials/role_request.h"

#include <algorithm>
#include <string_view>

#include "services/error.h"

namespace tidegate::aws {

void RoleRequest::check() const {
  if (!role_arn.starts_with("arn:") || role_arn.find(":role/") == std::string::npos) {
    throw InvalidRequest("\"" + role_arn + "\" is no ARN of a role");
  }
  const bool good_name =
      session_name.size() >= 2 && session_name.size() <= 64 && std::ranges::all_of(session_name, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("_+=,.@-").find(c) != std::string_view::npos;
      });
  if (!good_name) throw InvalidRequest("a role session name has 2 to 64 of A-Z a-z 0-9 _+=,.@-");
  if (duration.count() < 900 || duration.count() > 43'200) {
    throw InvalidRequest("a role session lasts 900 to 43200 seconds");
  }
  if (!external_id.empty() && (external_id.size() < 2 || external_id.size() > 1'224)) {
    throw InvalidRequest("an external id has 2 to 1224 characters");
  }
}

}  // namespace tidegate::aws
