// SPDX-License-Identifier: Apache-2.0
#include "erasing/receipt_collector.h"

#include <algorithm>
#include <utility>

#include "dure/checkpoint.h"
#include "dure/erasure.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

constexpr std::size_t kMostQuestions = 256;  // to one peer in one round
constexpr std::chrono::seconds kSoonest{1}, kLatest{600};

/// How long to wait before a peer that answers, but has no receipt yet, is asked again: the longer
/// it has not had one, the longer.
std::chrono::seconds pause_for(std::chrono::seconds age) {
  return std::clamp(age / 8, kSoonest, kLatest);
}

Error wrong_receipt(std::string_view why) {
  return {ErrorCode::kBadSignature, "erasure receipt: " + std::string(why)};
}

}  // namespace

Result<std::unique_ptr<ReceiptCollector>> ReceiptCollector::open(ReceiptCollectorPorts ports) {
  std::unique_ptr<ReceiptCollector> collector(new ReceiptCollector(std::move(ports)));
  auto known = collector->ports_.journal->receipts();
  if (!known) return std::move(known).error();
  for (auto& receipt : *known) {
    const Key key{receipt.origin, receipt.erase_index, receipt.peer};
    collector->receipts_.emplace(key, std::move(receipt));
  }
  return collector;
}

std::vector<PeerReceipt> ReceiptCollector::receipts() const {
  std::vector<PeerReceipt> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, receipt] : receipts_) all.push_back(receipt);
  return all;
}

std::vector<Erasure> ReceiptCollector::owed_by(const std::string& peer) const {
  auto erasures = ports_.eraser->all(ports_.own_origin);
  const std::lock_guard lock(mutex_);
  std::erase_if(erasures, [&](const Erasure& erasure) {
    // Until the target's leaf is here nobody could check what a receipt says of it.
    return erasure.commitment == Hash{} ||
           receipts_.contains({erasure.origin, erasure.erase_index, peer});
  });
  return erasures;
}

std::size_t ReceiptCollector::outstanding() const {
  const auto peers = ports_.peers->peers();
  if (!peers) return 0;
  std::size_t count = 0;
  for (const auto& peer : *peers) count += owed_by(peer.card.origin).size();
  return count;
}

void ReceiptCollector::collect(Scope scope, const std::stop_token& stop) {
  const std::lock_guard one_at_a_time(collect_mutex_);
  auto peers = ports_.peers->peers();
  if (!peers) return;
  for (auto& peer : *peers) {
    if (stop.stop_requested()) return;
    const std::string origin = peer.card.origin;
    const auto owed = owed_by(origin);
    if (owed.empty() || peer.url.empty() || !is_due(origin, scope)) continue;
    note(origin, owed, ask(std::move(peer), owed, stop));
  }
}

bool ReceiptCollector::is_due(const std::string& peer, Scope scope) {
  if (scope == Scope::kAll) return true;
  const auto now = ports_.clock();
  const auto& state = states_[peer];
  return state.backoff.ready(now) && now >= state.not_before;
}

Status ReceiptCollector::ask(PeerEntry peer, const std::vector<Erasure>& owed,
                             const std::stop_token& stop) {
  auto source = ports_.open(peer.url);
  if (!source) return std::move(source).error();
  if (auto learned = learn_key(peer, **source); !learned) return learned;
  std::size_t asked = 0;
  for (const auto& erasure : owed) {
    if (stop.stop_requested() || asked++ == kMostQuestions) break;
    const FetchRequest request{.path = "/federation/receipts/" + origin_hash(erasure.origin) + "/" +
                                       std::to_string(erasure.erase_index),
                               .max_bytes = kMaxReceiptBytes};
    auto answer = (*source)->fetch(request);
    if (!answer && answer.error().code == ErrorCode::kNotFound) continue;  // not yet
    if (!answer) return std::move(answer).error();
    if (auto kept = keep(peer, erasure, std::move(answer->body)); !kept) return kept;
  }
  return ok();
}

/// A peer that was added when its node had no such key yet says it by now. One that is known is
/// never replaced.
Status ReceiptCollector::learn_key(PeerEntry& peer, Source& source) {
  if (!peer.card.request_vkey.empty()) return ok();
  const auto answer = source.fetch({.path = "/federation/node", .max_bytes = kMaxCardBytes});
  if (!answer) return answer.error();
  auto card = parse_card(answer->body);
  if (!card) return std::move(card).error();
  if (card->origin != peer.card.origin || card->log_vkey != peer.card.log_vkey)
    return wrong_receipt("another node answers at this address");
  if (card->request_vkey.empty())
    return Error{ErrorCode::kUnsupported, "this node's version gives no receipts yet"};
  peer.card.request_vkey = std::move(card->request_vkey);
  return ports_.peers->add(peer);
}

Status ReceiptCollector::keep(const PeerEntry& peer, const Erasure& erasure, std::string note) {
  const auto key = VerifierKey::parse(peer.card.request_vkey);
  if (!key) return key.error();
  auto told = open_receipt(note, *key);
  if (!told && ports_.former_keys) {
    // It may have erased, and said so, before it took another key.
    for (const VerifierKey& former : ports_.former_keys(peer.card.origin)) {
      if (auto earlier = open_receipt(note, former)) told = std::move(earlier);
    }
  }
  if (!told) return told.error();
  if (told->origin != erasure.origin || told->target_origin != erasure.target_origin ||
      told->erase_index != erasure.erase_index || told->target != erasure.target ||
      told->commitment != erasure.commitment)
    return wrong_receipt("it is for something else");
  PeerReceipt receipt{erasure.origin, erasure.erase_index, peer.card.origin, told->time,
                      std::move(note)};
  if (auto kept = ports_.journal->keep_receipt(receipt); !kept) return kept;
  if (ports_.on_receipt) ports_.on_receipt(receipt);
  const std::lock_guard lock(mutex_);
  receipts_.emplace(Key{receipt.origin, receipt.erase_index, receipt.peer}, receipt);
  return ok();
}

void ReceiptCollector::note(const std::string& peer, const std::vector<Erasure>& owed,
                            const Status& asked) {
  auto& state = states_[peer];
  if (!asked) {
    state.backoff.failed(asked.error(), ports_.clock(), {}, 0);
    if (ports_.on_failure) ports_.on_failure(peer, asked.error());
    return;
  }
  state.backoff.succeeded();
  std::uint64_t newest = 0;
  for (const auto& erasure : owed) newest = std::max(newest, erasure.time);
  const auto age = ports_.now() - static_cast<std::int64_t>(newest);
  state.not_before =
      ports_.clock() + pause_for(std::chrono::seconds(std::max<std::int64_t>(age, 0)));
}

}  // namespace dure::node
