#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/clock.h"
#include "services/scaling/cluster_api.h"

namespace tidegate::sandbox {

/// A change that a simulated node group took on. It is in progress until `finishes_at`, then successful.
struct SimulatedUpdate {
  std::string id;
  std::string client_token;
  scaling::ScalingConfig scaling;  ///< what was asked for
  int nodes_before = 0;
  Instant started_at;
  Instant finishes_at;

  bool in_progress(Instant now) const { return now < finishes_at; }
};

/// A node group of the simulated account. Nothing runs behind it: how it stands is worked out from the
/// updates it took and the time.
struct SimulatedNodegroup {
  std::string name;
  std::string capacity_type;  ///< "ON_DEMAND" or "SPOT"
  std::vector<std::string> instance_types;
  scaling::ScalingConfig scaling;
  std::vector<SimulatedUpdate> updates;  ///< the latest kUpdatesKept, oldest first
  std::uint64_t updates_taken = 0;       ///< ever

  const SimulatedUpdate* find_update(const std::string& id) const;
  const SimulatedUpdate* find_token(const std::string& client_token) const;
};

inline constexpr std::size_t kUpdatesKept = 100;

/// Nodes that have joined. While an update is in progress they come, or go, evenly over its time.
int nodes_at(const SimulatedNodegroup& group, Instant now);

/// As DescribeNodegroup tells it: UPDATING with the new figures while an update is in progress, else ACTIVE.
scaling::Nodegroup describe(const SimulatedNodegroup& group, Instant now);
scaling::NodegroupUpdate describe(const SimulatedUpdate& update, Instant now);

/// Takes a change on, as UpdateNodegroupConfig does, and returns it; it finishes after 5 to 20 s, drawn from
/// the seed. A token that was used before answers that update. Throws InvalidRequest for figures that EKS
/// refuses or a token that came with others, and Conflict while another update is in progress.
SimulatedUpdate take_update(SimulatedNodegroup& group, const scaling::ScalingConfig& wanted,
                            const std::string& client_token, Instant now, std::uint64_t seed);

/// The stored form and back.
std::string encode_nodegroup(const SimulatedNodegroup& group);
SimulatedNodegroup decode_nodegroup(const std::string& text);

}  // namespace tidegate::sandbox
