// SPDX-License-Identifier: Apache-2.0
// Serves logs as C2SP tlog-tiles: the own one under /log/, every one under /mirror/<hex
// sha256(origin)>/.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "http/router.h"
#include "replication/bounds.h"
#include "replication/ports.h"

namespace dure::node::http {

struct LogRouteOptions {
  std::size_t cache_bytes = 8 << 20;  // for full tiles and entry bundles, which never change
  std::size_t body_answer_bytes =
      kBodyBundleSoftLimit;  // one answer of bodies ends after the entry that reaches this
  /// A head as it is served: with the cosignatures that are known of it. Empty: as it is stored.
  std::function<std::string(std::string note)> cosigned = {};
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
};

/// Registers
///   GET /log/checkpoint            GET /mirror/<hash>/checkpoint
///   GET /log/tile/<L>/<N>[.p/<W>]  GET /mirror/<hash>/tile/…
///   GET /log/tile/entries/<N>[.p/<W>]
///   GET /log/bodies/<N>[.p/<W>][?from=<k>]
/// A tile is served if the published head has all of it: any width up to the one it has in that
/// head, so that every earlier head stays readable, and the full tile once it is complete. `logs`
/// must outlive `router`. Spec: C2SP tlog-tiles.
void add_log_routes(Router& router, LogReader& logs, LogRouteOptions options = {});

}  // namespace dure::node::http
