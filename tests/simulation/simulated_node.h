// SPDX-License-Identifier: Apache-2.0
// One node, put together as app/node_parts.cc does, of the same parts over simulated files and
// network. Nothing in it runs by itself: the world calls what threads would do.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/own_log_recovery.h"
#include "app/own_log_watch.h"
#include "erasing/receipt_collector.h"
#include "http/router.h"
#include "membership/charter_book.h"
#include "publishing/publisher.h"
#include "replication/replicator.h"
#include "simulation/head_file.h"
#include "simulation/identities.h"
#include "simulation/network.h"
#include "simulation/node_file.h"
#include "simulation/simulated_catalogue.h"
#include "witnessing/witness.h"

namespace dure::simulation {

/// A part that is broken on purpose, to see that the simulation notices.
enum class Flaw {
  kNone,
  kForgetfulWitness,   // cosigned heads are only kept in memory
  kLazyHeadLock,       // the head lock says it is durable and is not
  kDeafRestore,        // recovery asks no peer
  kForgottenErasures,  // the erasure journal is not there after a start
  kEagerMirror,        // a mirror says what it holds before that is on disk
};

/// A machine with its disk: what a node that runs on it leaves behind.
struct Installation {
  Installation(Network::Place number, const Identity& identity, std::size_t count, Random chance)
      : place(number), who(&identity), members(count), disk(identity.origin), random(chance) {}

  const Network::Place place;
  const Identity* const who;
  const std::size_t members;  // of the federation, the first so many identities
  Disk disk;
  Power power;
  Random random;
  std::int64_t skew = 0;  // of its clock, seconds
  bool honest = true;     // false: signs on whatever it hears
  Flaw flaw = Flaw::kNone;
};

struct Surroundings {
  Network* network = nullptr;
  const std::int64_t* now = nullptr;        // POSIX seconds
  const SignedCharter* founding = nullptr;  // null: the charter plays no part
  std::function<void(const Installation& on, std::string_view note)> locked;
  std::function<void(const Installation& on, const WitnessedHead& next)> cosigned;
};

class SimulatedNode {
 public:
  /// Starts it. Errors: kStorage.
  static Result<std::unique_ptr<SimulatedNode>> open(Installation& on, const Surroundings& world);
  /// Stops it; `clean`: what waits to be written is written.
  void close(bool clean);

  http::Response handle(const http::Request& request) const;
  /// One round of what the replication thread does; `all`: with every peer.
  void pull(bool all);
  /// One round of what the charter thread does.
  void exchange_charters(bool all);
  /// One round of what the erasing thread does.
  void finish_erasing();

  Publisher& publisher() { return *publisher_; }
  CharterBook& charter() { return *charter_; }
  ForkWatch& forks() { return *forks_; }
  Eraser& eraser() { return *eraser_; }
  OwnLogWatch& own_log_watch() { return *own_log_watch_; }
  LogsFile& logs() { return logs_; }
  Installation& on() { return on_; }
  std::uint64_t healed() const { return healed_; }

 private:
  SimulatedNode(Installation& on, const Surroundings& world);
  Status meet_peers();
  Status open_forks();
  Status open_erasing();
  void open_replication();
  Status open_charter();
  Status open_publishing();
  Status open_witness();
  void add_routes();

  std::int64_t now() const { return *world_.now + on_.skew; }
  SteadyClock steady() const;
  std::vector<VerifierKey> keys_of(std::string_view origin) const;
  OwnLogParts own_log_parts();
  Result<Recovered> recover();
  void keep_evidence(const std::string& note);

  Installation& on_;
  const Surroundings& world_;
  const OpenSource open_;
  HeadFile head_file_;
  LogsFile logs_;
  EvidenceFile evidence_;
  PeersFile peers_;
  SimulatedCatalogue catalogue_;

  // In the place of head_file_ where a flaw says so; nothing of it survives.
  HeadDb scratch_;
  HeadFile scratch_file_;

  std::unique_ptr<ForkWatch> forks_;
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<OwnLog> own_log_;
  std::unique_ptr<MirrorStore> mirrors_;
  std::unique_ptr<OwnLogWatch> own_log_watch_;
  std::unique_ptr<Replicator> replicator_;
  std::unique_ptr<CharterBook> charter_;
  std::unique_ptr<ReceiptCollector> receipts_;
  std::unique_ptr<Publisher> publisher_;
  std::unique_ptr<Witness> witness_;
  http::Router router_;
  std::uint64_t healed_ = 0;
};

}  // namespace dure::simulation
