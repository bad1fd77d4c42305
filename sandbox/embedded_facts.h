#pragma once

namespace tidegate::sandbox {

/// The text of sandbox/data/instance-types.json.
extern const char* const kEmbeddedFacts;

}  // namespace tidegate::sandbox
