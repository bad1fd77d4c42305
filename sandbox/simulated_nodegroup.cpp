#include "sandbox/simulated_nodegroup.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sandbox/draw.h"
#include "services/error.h"

namespace tidegate::sandbox {

namespace {

using nlohmann::json;
using scaling::ScalingConfig;
using std::chrono::milliseconds;

constexpr double kShortestMs = 5'000;
constexpr double kLongestMs = 20'000;

/// EKS's own bound on a managed node group.
constexpr int kSizeMax = 450;

std::int64_t to_ms(Instant at) { return std::chrono::floor<milliseconds>(at.time_since_epoch()).count(); }
Instant from_ms(std::int64_t ms) { return Instant(milliseconds(ms)); }

json to_json(const ScalingConfig& config) {
  return {{"min", config.min_size}, {"max", config.max_size}, {"desired", config.desired_size}};
}
ScalingConfig config_from(const json& stored) {
  return {.min_size = stored.at("min"), .max_size = stored.at("max"), .desired_size = stored.at("desired")};
}

/// Looks like the ids that EKS gives (RFC 4122 version 4), but comes from the seed.
std::string draw_uuid(std::uint64_t seed, const std::string& name, std::uint64_t number) {
  const std::uint64_t high = draw_bits(seed, name + "/update-high", number);
  const std::uint64_t low = draw_bits(seed, name + "/update-low", number);
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(high >> 32U),
                static_cast<unsigned>(high >> 16U) & 0xFFFFU, static_cast<unsigned>(high) & 0xFFFU,
                (static_cast<unsigned>(low >> 48U) & 0x3FFFU) | 0x8000U,
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFU));
  return text.data();
}

void check(const ScalingConfig& wanted) {
  const std::string given = "min " + std::to_string(wanted.min_size) + ", desired " +
                            std::to_string(wanted.desired_size) + ", max " + std::to_string(wanted.max_size);
  if (wanted.min_size < 0 || wanted.max_size < 1 || wanted.max_size > kSizeMax) {
    throw InvalidRequest("a node group's sizes are out of range: " + given);
  }
  if (wanted.desired_size < wanted.min_size || wanted.desired_size > wanted.max_size) {
    throw InvalidRequest("a node group's desired size is outside of its bounds: " + given);
  }
}

}  // namespace

const SimulatedUpdate* SimulatedNodegroup::find_update(const std::string& id) const {
  const auto found = std::ranges::find(updates, id, &SimulatedUpdate::id);
  return found == updates.end() ? nullptr : &*found;
}

const SimulatedUpdate* SimulatedNodegroup::find_token(const std::string& client_token) const {
  const auto found = std::ranges::find(updates, client_token, &SimulatedUpdate::client_token);
  return found == updates.end() ? nullptr : &*found;
}

int nodes_at(const SimulatedNodegroup& group, Instant now) {
  const int wanted = group.scaling.desired_size;
  if (group.updates.empty() || !group.updates.back().in_progress(now)) return wanted;
  const SimulatedUpdate& update = group.updates.back();
  const std::chrono::duration<double> whole = update.finishes_at - update.started_at;
  const std::chrono::duration<double> passed = now - update.started_at;
  const double progress = std::clamp(passed / whole, 0.0, 1.0);
  return update.nodes_before + static_cast<int>(std::trunc((wanted - update.nodes_before) * progress));
}

scaling::Nodegroup describe(const SimulatedNodegroup& group, Instant now) {
  const bool updating = !group.updates.empty() && group.updates.back().in_progress(now);
  return {.name = group.name,
          .status = updating ? "UPDATING" : "ACTIVE",
          .scaling = group.scaling,
          .instance_types = group.instance_types,
          .capacity_type = group.capacity_type,
          .health_issues = {}};
}

scaling::NodegroupUpdate describe(const SimulatedUpdate& update, Instant now) {
  return {.id = update.id, .status = update.in_progress(now) ? "InProgress" : "Successful", .errors = {}};
}

SimulatedUpdate take_update(SimulatedNodegroup& group, const ScalingConfig& wanted,
                            const std::string& client_token, Instant now, std::uint64_t seed) {
  if (const SimulatedUpdate* earlier = client_token.empty() ? nullptr : group.find_token(client_token)) {
    if (earlier->scaling == wanted) return *earlier;
    throw InvalidRequest("the client token was used for another change of node group " + group.name);
  }
  check(wanted);
  if (!group.updates.empty() && group.updates.back().in_progress(now)) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(group.updates.back().finishes_at - now);
    throw Conflict("node group " + group.name + " is being updated", left);
  }
  const std::uint64_t number = group.updates_taken++;
  const double length_ms = kShortestMs + (kLongestMs - kShortestMs) * draw(seed, group.name, number);
  SimulatedUpdate update{.id = draw_uuid(seed, group.name, number),
                         .client_token = client_token,
                         .scaling = wanted,
                         .nodes_before = nodes_at(group, now),
                         .started_at = now,
                         .finishes_at = now + milliseconds(static_cast<std::int64_t>(length_ms))};
  group.scaling = wanted;
  group.updates.push_back(update);
  if (group.updates.size() > kUpdatesKept) group.updates.erase(group.updates.begin());
  return update;
}

std::string encode_nodegroup(const SimulatedNodegroup& group) {
  json updates = json::array();
  for (const SimulatedUpdate& update : group.updates) {
    updates.push_back({{"id", update.id},
                       {"client_token", update.client_token},
                       {"scaling", to_json(update.scaling)},
                       {"nodes_before", update.nodes_before},
                       {"started_at_ms", to_ms(update.started_at)},
                       {"finishes_at_ms", to_ms(update.finishes_at)}});
  }
  return json{{"name", group.name},
              {"capacity_type", group.capacity_type},
              {"instance_types", group.instance_types},
              {"scaling", to_json(group.scaling)},
              {"updates_taken", group.updates_taken},
              {"updates", updates}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

SimulatedNodegroup decode_nodegroup(const std::string& text) {
  const json stored = json::parse(text);
  SimulatedNodegroup group;
  group.name = stored.at("name");
  group.capacity_type = stored.at("capacity_type");
  group.instance_types = stored.at("instance_types").get<std::vector<std::string>>();
  group.scaling = config_from(stored.at("scaling"));
  group.updates_taken = stored.at("updates_taken");
  for (const json& update : stored.at("updates")) {
    group.updates.push_back({.id = update.at("id"),
                             .client_token = update.at("client_token"),
                             .scaling = config_from(update.at("scaling")),
                             .nodes_before = update.at("nodes_before"),
                             .started_at = from_ms(update.at("started_at_ms")),
                             .finishes_at = from_ms(update.at("finishes_at_ms"))});
  }
  return group;
}

}  // namespace tidegate::sandbox
