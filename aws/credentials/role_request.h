#pragma once

#include <chrono>
#include <map>
#include <string>

namespace tidegate::aws {

/// A role to take on, as sts:AssumeRole has it.
struct RoleRequest {
  std::string role_arn;
  std::string session_name = "tidegate";  ///< 2..64 of [\w+=,.@-]
  std::string external_id = {};           ///< empty = none
  std::chrono::seconds duration{
      3'600};  ///< 900 s up to the role's maximum; AWS allows 3600 at most to a chained role
  std::map<std::string, std::string> session_tags = {};

  /// Throws InvalidRequest for a figure or a name that AWS would refuse.
  void check() const;
};

}  // namespace tidegate::aws
