#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "sandbox/sandbox_platform.h"
#include "sandbox/sqlite_store.h"
#include "services/async/deadline.h"
#include "services/async/task.h"
#include "services/scaling/cluster_api.h"
#include "tests/unit/sandbox/temporary_dir.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::sandbox {

/// A sandbox on virtual time, at 04:30 UTC (10:00 in India) of a Monday.
struct SandboxTest : testing::Test {
  TemporaryDir temporary;
  VirtualClock clock;
  std::shared_ptr<SqliteStore> store = std::make_shared<SqliteStore>(temporary.path() / "data", clock);
  SandboxPlatform sandbox = make_sandbox_platform({}, store, clock);
  scaling::ClusterRef production{"", "us-east-1", "production"};

  Deadline soon() const { return Deadline::after(clock, std::chrono::seconds(5)); }

  /// As a kill and a new start would: nothing is kept but the directory.
  void restart() {
    sandbox = {};
    store.reset();
    store = std::make_shared<SqliteStore>(temporary.path() / "data", clock);
    sandbox = make_sandbox_platform({}, store, clock);
  }
};

}  // namespace tidegate::sandbox
