// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulated_node.h"

#include <algorithm>
#include <utility>

#include "erasing/erasing_mirrors.h"
#include "erasing/erasing_own_log.h"
#include "http/routes/charter_routes.h"
#include "http/routes/erasure_routes.h"
#include "http/routes/federation_routes.h"
#include "http/routes/fork_routes.h"
#include "http/routes/log_routes.h"
#include "http/routes/witness_routes.h"
#include "membership/charter_exchange.h"

namespace dure::simulation {
namespace {

constexpr std::size_t kMostEvidence = 64;

}  // namespace

SimulatedNode::SimulatedNode(Installation& on, const Surroundings& world)
    : on_(on),
      world_(world),
      open_(world.network->opener(on.place)),
      head_file_(on.disk.head_db, on.power),
      logs_(on.disk.node_db, on.power),
      evidence_(on.disk.node_db, on.power),
      peers_(on.disk.node_db, logs_, on.power),
      scratch_(on.flaw == Flaw::kLazyHeadLock ? on.disk.head_db : HeadDb{}),
      scratch_file_(scratch_, on.power) {
  scratch_.erasures_complete = true;
  for (HeadFile* file : {&head_file_, &scratch_file_}) {
    file->on_locked = [this](std::string_view note) { world_.locked(on_, note); };
    file->on_cosigned = [this](const WitnessedHead& next) { world_.cosigned(on_, next); };
  }
}

Result<std::unique_ptr<SimulatedNode>> SimulatedNode::open(Installation& on,
                                                           const Surroundings& world) {
  std::unique_ptr<SimulatedNode> node(new SimulatedNode(on, world));
  if (auto met = node->meet_peers(); !met) return std::move(met).error();
  if (auto opened = node->open_forks(); !opened) return std::move(opened).error();
  if (auto opened = node->open_erasing(); !opened) return std::move(opened).error();
  node->open_replication();
  for (const auto step : {&SimulatedNode::open_charter, &SimulatedNode::open_publishing,
                          &SimulatedNode::open_witness}) {
    if (auto opened = (node.get()->*step)(); !opened) return std::move(opened).error();
  }
  if (!on.power.on()) return Power::gone();
  node->add_routes();
  SimulatedNode* const self = node.get();
  world.network->attach(on.place, on.who->url,
                        [self](const http::Request& request) { return self->handle(request); });
  return node;
}

void SimulatedNode::close(bool clean) {
  world_.network->detach(on_.place);
  publisher_.reset();
  if (!clean) return;
  logs_.flush();
  if (on_.flaw == Flaw::kLazyHeadLock) on_.disk.head_db.head = scratch_.head;
}

SteadyClock SimulatedNode::steady() const {
  return [now = world_.now] {
    return std::chrono::steady_clock::time_point(std::chrono::seconds(*now));
  };
}

std::vector<VerifierKey> SimulatedNode::keys_of(std::string_view origin) const {
  for (std::size_t i = 0; i < on_.members; ++i) {
    if (identities()[i].origin == origin) return {identities()[i].log->verifier()};
  }
  return {};
}

/// Everybody in the charter is a peer; also of a database that was made anew.
Status SimulatedNode::meet_peers() {
  const auto& known = on_.disk.node_db.peers;
  for (std::size_t i = 0; i < on_.members; ++i) {
    const Identity& member = identities()[i];
    const bool there = std::any_of(known.begin(), known.end(), [&](const auto& peer) {
      return peer.entry.card.origin == member.origin;
    });
    if (there || &member == on_.who) continue;
    if (auto added = peers_.add({0, member.card, member.url}); !added) return added;
  }
  return ok();
}

Status SimulatedNode::open_forks() {
  ForkWatchOptions options;
  options.own_origin = on_.who->origin;
  options.keys = [this](std::string_view origin) { return keys_of(origin); };
  options.unix_seconds = [this] { return now(); };
  options.clock = steady();
  options.on_twin = [this](Twin, const std::string& note, const std::string& url) {
    if (own_log_watch_) own_log_watch_->judge(url, note);
  };
  auto watch = ForkWatch::open(evidence_, logs_, open_, options);
  if (!watch) return std::move(watch).error();
  forks_ = *std::move(watch);
  return ok();
}

Status SimulatedNode::open_erasing() {
  EraserPorts ports;
  ports.journal = on_.flaw == Flaw::kForgottenErasures ? &scratch_file_ : &head_file_;
  ports.bodies = &logs_;
  ports.catalogue = &catalogue_;
  ports.logs = &logs_;
  ports.signer = on_.who->request.get();
  ports.now = [this] { return now(); };
  auto eraser = Eraser::open(std::move(ports));
  if (!eraser) return std::move(eraser).error();
  eraser_ = *std::move(eraser);
  mirrors_ = make_erasing_mirrors(logs_, logs_, *eraser_);
  own_log_ = make_erasing_own_log(logs_, on_.who->origin, logs_, *eraser_);
  return ok();
}

void SimulatedNode::open_replication() {
  ReplicatorOptions options;
  options.peers_per_round = 1;
  options.parallel_heads = options.parallel_logs = 1;
  options.pull.connections = 0;
  options.pull.clock = options.clock = steady();
  options.unix_seconds = [this] { return now(); };
  options.random = [this] { return on_.random.next(); };
  options.own_origin = on_.who->origin;
  options.frozen = [this](std::string_view origin) { return forks_->frozen(origin); };
  options.on_head = [this](const std::string& note, const std::string& origin,
                           const std::string& url) { forks_->saw(note, origin, url); };
  options.on_judged = [this](const PullJob& job, const PullReport& report) {
    forks_->pulled(job, report);
  };
  options.exchange = [this](const std::string& url, Source& source) {
    return forks_->exchange(url, source);
  };
  options.after_round = [this](const std::vector<std::string>& urls) { forks_->search(urls); };
  options.on_heads = [this](const std::string& url, const std::vector<AnnouncedHead>& heads) {
    if (on_.honest && own_log_watch_) own_log_watch_->saw(url, heads);
  };
  // Keys are parsed once, not in every round: that would be most of the time.
  std::vector<ReplicationPeer> known;
  const auto listed = peers_.peers();
  for (const PeerEntry& peer : *listed)
    known.push_back({peer.log, peer.card.origin, peer.url, keys_of(peer.card.origin)});
  replicator_ = std::make_unique<Replicator>(
      [known]() -> Result<std::vector<ReplicationPeer>> { return known; }, open_, *mirrors_, logs_,
      options);
}

Status SimulatedNode::open_charter() {
  auto book = CharterBook::open(head_file_, [this] { return now(); });
  if (!book) return std::move(book).error();
  charter_ = *std::move(book);
  if (charter_->size() > 0 || world_.founding == nullptr) return ok();
  return charter_->found(*world_.founding);
}

OwnLogParts SimulatedNode::own_log_parts() {
  OwnLogParts own;
  own.origin = on_.who->origin;
  own.keys = {on_.who->log->verifier()};
  own.id = LogsFile::kOwn;
  own.log = own_log_.get();
  own.head_lock = on_.flaw == Flaw::kLazyHeadLock ? &scratch_file_ : &head_file_;
  own.reader = &logs_;
  own.eraser = eraser_.get();
  own.forks = forks_.get();
  own.open = own.quick = open_;
  own.pull.connections = 0;
  own.pull.clock = own.clock = steady();
  own.evidence = [this] { return on_.disk.evidence; };
  own.restored = [this] { return on_.disk.restored; };
  own.confirmed = [this] { on_.disk.restored = false; };
  own.on_healed = [this](const Healed& healed, std::chrono::milliseconds) {
    healed_ += healed.entries;
    (void)eraser_->finish();
  };
  return own;
}

Result<Recovered> SimulatedNode::recover() {
  const auto parts = own_log_parts();
  if (!on_.honest) return settle_own_log(parts);
  const auto peers = peers_.peers();
  return recover_own_log(parts, on_.flaw == Flaw::kDeafRestore ? std::vector<PeerEntry>() : *peers);
}

Status SimulatedNode::open_publishing() {
  OwnLogWatchPorts watch;
  watch.origin = on_.who->origin;
  watch.keys = {on_.who->log->verifier()};
  watch.node = [this](unsigned level, std::uint64_t index) {
    return logs_.node(LogsFile::kOwn, level, index);
  };
  watch.publisher = [this] { return on_.honest ? publisher_.get() : nullptr; };
  watch.recover = [this] { return recover(); };
  watch.clock = steady();
  watch.on_twin = [this](const Error&, const std::string& note, const std::string&) {
    keep_evidence(note);
  };
  own_log_watch_ = std::make_unique<OwnLogWatch>(std::move(watch));
  auto recovered = recover();
  if (!recovered) return std::move(recovered).error();
  if (on_.honest) add_twin(*recovered, twin_known(*forks_, on_.who->origin));
  PublisherPorts ports;
  ports.origin = on_.who->origin;
  ports.log = own_log_.get();
  ports.head_lock = on_.flaw == Flaw::kLazyHeadLock ? &scratch_file_ : &head_file_;
  ports.signer = on_.who->log.get();
  ports.now = [this] { return now(); };
  ports.random = [this](std::span<std::uint8_t> out) { on_.random.fill(out); };
  ports.in_callers_thread = true;
  publisher_ = Publisher::start(std::move(ports), *recovered);
  return ok();
}

void SimulatedNode::keep_evidence(const std::string& note) {
  auto& kept = on_.disk.evidence;
  if (!on_.power.on() || kept.size() >= kMostEvidence) return;
  if (std::find(kept.begin(), kept.end(), note) == kept.end()) kept.push_back(note);
}

Status SimulatedNode::open_witness() {
  WitnessPorts ports;
  ports.heads = on_.flaw == Flaw::kForgetfulWitness ? &scratch_file_ : &head_file_;
  ports.signer = on_.who->witness.get();
  ports.now = [this] { return now(); };
  ports.on_misfit = [this](const std::string& note, const std::string& recorded,
                           const std::string& origin) {
    if (!recorded.empty()) forks_->saw(recorded, origin, {});
    forks_->saw(note, origin, {});
  };
  auto witness = Witness::open(std::move(ports));
  if (!witness) return std::move(witness).error();
  witness_ = *std::move(witness);
  WitnessedLogs logs;
  for (const auto& peer : on_.disk.node_db.peers)
    logs[peer.entry.card.origin] = keys_of(peer.entry.card.origin);
  witness_->set_logs(logs);
  ReceiptCollectorPorts receipts;
  receipts.journal = &head_file_;
  receipts.eraser = eraser_.get();
  receipts.peers = &peers_;
  receipts.open = open_;
  receipts.own_origin = on_.who->origin;
  receipts.now = [this] { return now(); };
  receipts.clock = steady();
  auto collector = ReceiptCollector::open(std::move(receipts));
  if (!collector) return std::move(collector).error();
  receipts_ = *std::move(collector);
  return ok();
}

void SimulatedNode::add_routes() {
  http::LogRouteOptions options;
  options.clock = steady();
  http::add_log_routes(router_, logs_, options);
  http::add_federation_routes(router_, logs_, peers_, [this] { return on_.who->card; });
  http::add_erasure_routes(router_, [this](std::string_view hash, std::uint64_t index) {
    return eraser_->receipt(hash, index);
  });
  http::add_fork_routes(router_, *forks_);
  http::add_witness_routes(router_, *witness_);
  http::CharterPorts charter;
  charter.book = charter_.get();
  charter.writing = false;
  http::add_charter_routes(router_, std::move(charter));
}

/// A machine that lost its power on the way gives no answer.
http::Response SimulatedNode::handle(const http::Request& request) const {
  auto response = router_.handle(request);
  return on_.power.on() ? std::move(response) : http::make_response(503, "text/plain", "");
}

void SimulatedNode::pull(bool all) {
  if (all) {
    (void)replicator_->pull_once();
  } else {
    (void)replicator_->round();
  }
}

void SimulatedNode::exchange_charters(bool all) {
  if (world_.founding == nullptr) return;
  (void)charter_->settle();
  std::vector<const Identity*> others;
  for (std::size_t i = 0; i < on_.members; ++i) {
    if (&identities()[i] != on_.who) others.push_back(&identities()[i]);
  }
  if (!all) others = {others[on_.random.below(others.size())]};
  for (const Identity* other : others) {
    auto source = open_(other->url);
    if (source) (void)node::exchange_charters(*charter_, **source);
  }
}

void SimulatedNode::finish_erasing() {
  if (eraser_->unfinished()) (void)eraser_->finish();
  receipts_->collect(ReceiptCollector::Scope::kDue);
}

}  // namespace dure::simulation
