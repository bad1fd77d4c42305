#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/alerts/alert.h"
#include "services/state/store.h"

namespace tidegate::alerts {

/// Which operations stand for which alerts, so that alerts can be found by id and listed by severity.
///
///   alert/<alert id>              <operation id>   senders may use an id again: the newest counts
///   alerts                        <operation id>
///   alerts-of-severity/<severity> <operation id>
///
/// Thread-safe. Throws as DocumentStore.
class AlertIndex {
 public:
  struct Page {
    std::vector<std::string> operation_ids;  ///< newest first
    std::string next_cursor;                 ///< empty = the end
  };

  AlertIndex(std::shared_ptr<state::DocumentStore> store, std::chrono::hours retention);

  /// Kept for the retention after `from`. Writing the same alert again changes nothing else.
  pplx::task<void> put(AlertRecord record, Instant from) const;
  /// The newest operation of an alert.
  pplx::task<std::optional<std::string>> find(std::string alert_id) const;
  /// `limit` is 1..100. Throws InvalidRequest for a cursor that is none.
  pplx::task<Page> list(std::optional<std::string> severity, std::size_t limit, std::string cursor) const;

 private:
  std::shared_ptr<state::DocumentStore> store_;
  std::chrono::hours retention_;
};

}  // namespace tidegate::alerts
