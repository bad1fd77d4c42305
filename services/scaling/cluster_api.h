#pragma once

#include <pplx/pplxtasks.h>

#include <optional>
#include <string>
#include <vector>

#include "services/async/deadline.h"

namespace tidegate::scaling {

/// Which cluster, in whose account and where.
struct ClusterRef {
  std::string account;  ///< an alias or id from `accounts:`; empty = the service's own
  std::string region;   ///< "us-east-1"
  std::string cluster;
};

/// A node group's scalingConfig (EKS): 0 <= min <= desired <= max, max >= 1.
struct ScalingConfig {
  int min_size = 0;
  int max_size = 1;
  int desired_size = 0;
  bool operator==(const ScalingConfig&) const = default;
};

struct HealthIssue {
  std::string code;  ///< EKS's own, such as "AsgInstanceLaunchFailures"
  std::string message;
};

struct Nodegroup {
  std::string name;
  std::string status;  ///< EKS's own: "ACTIVE", "UPDATING", "DEGRADED" ...
  ScalingConfig scaling;
  std::vector<std::string> instance_types;  ///< in order of preference; empty where a launch template decides
  std::optional<std::string> capacity_type;  ///< "ON_DEMAND", "SPOT", "CAPACITY_BLOCK"
  std::vector<HealthIssue> health_issues;
};

/// A change that EKS has taken on and works at.
struct NodegroupUpdate {
  std::string id;
  std::string status;  ///< "InProgress", "Failed", "Cancelled", "Successful"
  std::vector<HealthIssue> errors;
};

/// Managed node groups. Every method throws NotFound where the cluster or group does not exist, Conflict
/// where the group can't take a change now (an update is in progress), InvalidRequest where AWS refuses the
/// figures, and UpstreamFailure for the rest. Thread-safe.
class ClusterApi {
 public:
  virtual ~ClusterApi() = default;
  virtual pplx::task<std::vector<std::string>> list_nodegroups(ClusterRef cluster, Deadline deadline) = 0;
  virtual pplx::task<Nodegroup> describe_nodegroup(ClusterRef cluster, std::string nodegroup,
                                                   Deadline deadline) = 0;
  /// Asks for a new size. Two calls with one `client_token` are one change: the second answers the first's
  /// update.
  virtual pplx::task<NodegroupUpdate> update_scaling(ClusterRef cluster, std::string nodegroup,
                                                     ScalingConfig scaling, std::string client_token,
                                                     Deadline deadline) = 0;
  virtual pplx::task<NodegroupUpdate> describe_update(ClusterRef cluster, std::string nodegroup,
                                                      std::string update_id, Deadline deadline) = 0;
};

}  // namespace tidegate::scaling
