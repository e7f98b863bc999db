// SPDX-License-Identifier: Apache-2.0
// Asks the peers for their receipts for what this node's own log erased, until each has answered.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "erasing/eraser.h"
#include "membership/ports.h"
#include "replication/backoff.h"
#include "replication/ports.h"

namespace dure::node {

/// Everything pointed to must outlive the collector.
struct ReceiptCollectorPorts {
  ErasureJournal* journal = nullptr;
  const Eraser* eraser = nullptr;
  PeerBook* peers = nullptr;
  OpenSource open;
  std::string own_origin;
  std::function<std::int64_t()> now;  // POSIX seconds
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
  /// Keys that signed receipts of this peer before its present one; may be empty.
  std::function<std::vector<VerifierKey>(const std::string& peer)> former_keys = {};
  std::function<void(const PeerReceipt&)> on_receipt;                           // may be empty
  std::function<void(const std::string& peer, const Error& error)> on_failure;  // may be empty
};

/// Threads: any; collect() takes turns.
class ReceiptCollector {
 public:
  /// Errors: kStorage.
  static Result<std::unique_ptr<ReceiptCollector>> open(ReceiptCollectorPorts ports);

  enum class Scope { kDue, kAll };  // kAll: also whom it would not ask again yet
  /// Asks the peers that owe a receipt. What fails is tried again by a later call.
  void collect(Scope scope, const std::stop_token& stop = {});

  /// By origin, erase entry and peer.
  std::vector<PeerReceipt> receipts() const;
  /// How many receipts are still to come, over all erasures of the own log and all peers.
  std::size_t outstanding() const;

 private:
  struct PeerState {
    Backoff backoff;
    std::chrono::steady_clock::time_point not_before{};
  };
  explicit ReceiptCollector(ReceiptCollectorPorts ports) : ports_(std::move(ports)) {}
  std::vector<Erasure> owed_by(const std::string& peer) const;
  bool is_due(const std::string& peer, Scope scope);
  Status ask(PeerEntry peer, const std::vector<Erasure>& owed, const std::stop_token& stop);
  Status learn_key(PeerEntry& peer, Source& source);
  Status keep(const PeerEntry& peer, const Erasure& erasure, std::string note);
  void note(const std::string& peer, const std::vector<Erasure>& owed, const Status& asked);

  const ReceiptCollectorPorts ports_;
  std::mutex collect_mutex_;                 // one collects at a time
  std::map<std::string, PeerState> states_;  // with collect_mutex_; by origin of the peer
  mutable std::mutex mutex_;                 // guards what follows
  using Key = std::tuple<std::string, std::uint64_t, std::string>;  // origin, erase entry, peer
  std::map<Key, PeerReceipt> receipts_;
};

}  // namespace dure::node
