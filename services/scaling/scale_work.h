#pragma once

#include <memory>

#include "services/operations/runner.h"
#include "services/scaling/scaling_service.h"

namespace tidegate::scaling {

/// What carries out operations of kind "scale". The plan is written with every intent before the first
/// change; a step found "applying" after a takeover is looked at, and asked for again under the same
/// clientRequestToken unless EKS already shows it.
operations::Work make_scale_work(ScalingPorts ports, ScalingSettings settings);

}  // namespace tidegate::scaling
