#pragma once

#include <memory>

#include "server/transport/address_counts.h"
#include "server/transport/observer.h"
#include "server/transport/options.h"
#include "server/transport/request_parser.h"
#include "server/transport/tls.h"

namespace tidegate::transport {

/// What every part of one transport shares. Outlives them all: a request that a handler keeps holds its loop,
/// and that holds this.
struct Core {
  Core(TransportOptions with, std::shared_ptr<TransportObserver> tell)
      : options(std::move(with)),
        observer(std::move(tell)),
        connections(options.limits.connections_max, options.limits.connections_per_address_max),
        bodies(options.limits.body_bytes_total_max) {
    if (options.tls) {
      certificates = std::make_unique<TlsCertificates>(*options.tls, *observer);
    }
  }

  const TransportLimits& limits() const { return options.limits; }

  const TransportOptions options;
  const std::shared_ptr<TransportObserver> observer;
  AddressCounts connections;
  BodyBudget bodies;
  std::unique_ptr<TlsCertificates> certificates;
};

}  // namespace tidegate::transport
