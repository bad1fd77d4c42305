#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/scaling/cluster_api.h"

namespace tidegate::scaling {

enum class Action { kScaleUp, kScaleDown, kAnalyze, kSpotReplacement };

/// "scale_up", "scale_down", "analyze", "spot_replacement".
std::string_view action_name(Action action);

/// The action of that name. Throws InvalidRequest, naming the four.
Action parse_action(const std::string& name);

/// One node group as the seed's event asks for it. What is left out has the seed's default, which depends on
/// the action.
struct NodegroupRequest {
  std::string name;
  std::optional<int> desired_size;
  std::optional<int> min_size;
  std::optional<int> max_size;
};

/// A request to POST /scale after defaults: the seed's event and where it is to happen.
struct ScaleRequest {
  Action action = Action::kAnalyze;
  ClusterRef cluster;
  std::string timestamp;  ///< the event's ist_time, echoed; else the local time when it came
  std::vector<NodegroupRequest> nodegroups;
  bool dry_run = false;
};

/// The size that a request asks of a group, the action's defaults filled in: scale_up desired 1, min 1, max
/// 10; scale_down 0, 0, 10 (seed 000). For analyze and spot_replacement what is left out stays as it is now.
/// Throws InvalidRequest where min > max, max < 1 or a size is negative, pointing at the group.
ScalingConfig wanted_size(const NodegroupRequest& group, Action action, const ScalingConfig& current,
                          std::size_t index);

/// Stored with the operation, and back.
std::string encode_request(const ScaleRequest& request);
ScaleRequest decode_request(const std::string& text);

}  // namespace tidegate::scaling
