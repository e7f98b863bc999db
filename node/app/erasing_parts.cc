// SPDX-License-Identifier: Apache-2.0
#include "app/erasing_parts.h"

#include <algorithm>
#include <chrono>

#include "app/node_parts.h"
#include "app/source_policy.h"
#include "attachments/attaching_own_log.h"
#include "erasing/erasing_mirrors.h"
#include "erasing/erasing_own_log.h"
#include "membership/charter_logs.h"

namespace dure::node {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kAfterFailure{5};
constexpr std::chrono::milliseconds kBusy{500}, kIdle{60'000};
// Rewriting files costs all readers something. Whoever publishes erase entries all the time must
// not make every node do nothing else.
constexpr int kShare = 10;  // of the time at most one in so many is spent on it

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Lets those entries bind that erase what a sealed log holds, as far as the charter goes by now.
Status settle_claims(NodeParts& node) {
  if (!node.charter) return ok();  // not open yet
  const auto current = node.charter->current();
  if (!current) return ok();
  return node.eraser->settle_claims([&](const Erasure& claim) {
    return may_erase_sealed(current->charter, node.own.origin, claim.origin, claim.erase_index,
                            claim.target_origin, claim.target);
  });
}

Status finish_logged(NodeParts& node) {
  auto finished = settle_claims(node);
  if (finished) finished = node.eraser->finish();
  if (!finished) node.log.warning("erasing.unfinished", error_fields(finished.error()));
  return finished;
}

}  // namespace

void Bell::ring() {
  {
    const std::lock_guard lock(mutex_);
    rung_ = true;
  }
  changed_.notify_all();
}

void Bell::wait(const std::stop_token& stop, std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, longest, [this] { return rung_; });
  rung_ = false;
}

Status open_erasing(NodeParts& node) {
  EraserPorts ports;
  ports.journal = &node.head_lock->erasures();
  ports.bodies = &node.store->bodies();
  ports.catalogue = node.catalogue.get();
  ports.logs = &node.store->reader();
  ports.erase_attachments = [&store = *node.attachments](std::string_view origin,
                                                         std::span<const std::uint64_t> targets) {
    return store.erase(origin, targets);
  };
  ports.signer = node.request_signer.get();
  ports.now = unix_now;
  ports.on_error = [&log = node.log](const Error& error) {
    log.warning("erasing.unfinished", error_fields(error));
  };
  auto eraser = Eraser::open(std::move(ports));
  if (!eraser) return eraser.error();
  node.eraser = std::move(*eraser);
  node.erasing_mirrors =
      make_erasing_mirrors(node.store->mirrors(), node.store->reader(), *node.eraser);
  node.erasing_own_log = make_erasing_own_log(node.store->own_log(), node.own.origin,
                                              node.store->reader(), *node.eraser);
  node.own_log = make_attaching_own_log(*node.erasing_own_log, node.own.origin, *node.attachments);
  return ok();
}

Status open_receipts(NodeParts& node) {
  ReceiptCollectorPorts ports;
  ports.journal = &node.head_lock->erasures();
  ports.eraser = node.eraser.get();
  ports.peers = &node.store->peer_book();
  ports.open = make_quick_opener(node.settings, node.stopping.get_token());
  ports.own_origin = node.own.origin;
  ports.now = unix_now;
  ports.former_keys = [&charter = *node.charter](const std::string& peer) {
    return charter.request_keys_ever(peer.substr(0, peer.rfind('/')));
  };
  ports.on_receipt = [&log = node.log](const PeerReceipt& receipt) {
    log.info("erasing.receipt",
             {{"peer", receipt.peer}, {"entry", std::to_string(receipt.erase_index)}});
  };
  ports.on_failure = [&log = node.log](const std::string& peer, const Error& error) {
    auto fields = error_fields(error);
    fields.emplace_back("peer", peer);
    log.warning("erasing.no_receipt", fields);
  };
  auto collector = ReceiptCollector::open(std::move(ports));
  if (!collector) return collector.error();
  node.receipts = std::move(*collector);
  return ok();
}

Status finish_erasing(NodeParts& node) { return finish_logged(node); }

void run_erasing(NodeParts& node, const std::stop_token& stop) {
  auto next = steady_clock::now();
  while (!stop.stop_requested()) {
    const auto begin = steady_clock::now();
    if ((node.eraser->unfinished() || node.eraser->has_claims()) && begin >= next) {
      const bool finished = finish_logged(node).has_value();
      const auto end = steady_clock::now();
      next = finished ? end + (end - begin) * (kShare - 1) : end + kAfterFailure;
    }
    node.receipts->collect(ReceiptCollector::Scope::kDue, stop);
    const bool busy = node.eraser->unfinished() || node.receipts->outstanding() > 0;
    node.erasing_bell.wait(stop, busy ? kBusy : kIdle);
  }
}

}  // namespace dure::node
