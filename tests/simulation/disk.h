// SPDX-License-Identifier: Apache-2.0
// What survives a power cut: the two database files and a few small ones, as values that can be
// copied (a backup, a clone), and the power that may be cut at any write.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "erasing/ports.h"
#include "membership/charter_store.h"
#include "membership/ports.h"
#include "publishing/ports.h"
#include "replication/evidence.h"
#include "simulation/tree_levels.h"
#include "witnessing/ports.h"

namespace dure::simulation {

using namespace dure::node;  // NOLINT(google-build-using-namespace): the world of the nodes

struct LogTable {
  explicit LogTable(std::string name, bool is_own = false) : origin(std::move(name)), own(is_own) {}
  std::string origin;
  bool own;
  std::vector<MirroredEntry> entries;
  TreeLevels tree;
  std::optional<std::string> head, pending;
  std::map<std::string, OwnRecord, std::less<>> records;  // of the own log, by id
};

/// node.db
struct NodeDb {
  struct KnownPeer {
    PeerEntry entry;
    bool active = true;
  };
  using HeadKey = std::tuple<std::string, std::uint64_t, Hash>;

  explicit NodeDb(std::string own_origin) {
    logs.emplace_back(std::move(own_origin), /*is_own=*/true);
  }
  std::vector<LogTable> logs;  // LogId is the place, from 1; the own one first
  std::vector<KnownPeer> peers;
  std::map<HeadKey, SeenHead> heads;
  std::map<std::string, Suspicion, std::less<>> suspicions;
  std::map<std::string, KeptFork> forks;
};

/// head.db
struct HeadDb {
  using ReceiptKey = std::tuple<std::string, std::uint64_t, std::string>;

  std::optional<std::string> head;
  std::map<std::string, WitnessedHead> witnessed;
  std::map<std::pair<CharterPaper, std::string>, CharterFile> charter;
  std::map<std::pair<std::string, std::uint64_t>, Erasure> erasures;
  std::map<ReceiptKey, PeerReceipt> receipts;
  bool erasures_complete = false;
  CatalogueMark catalogue_mark;
};

struct Disk {
  explicit Disk(const std::string& own_origin) : node_db(own_origin) {}
  NodeDb node_db;
  HeadDb head_db;
  bool restored = false;              // a backup was put back and no peer has answered yet
  std::vector<std::string> evidence;  // heads that a twin signed
};

enum class DiskFile { kNode, kHead };
enum class Hit {
  kFailBefore,   // not persisted
  kFailAfter,    // persisted but unanswered
  kCrashBefore,  // the power is cut before the write,
  kCrashAfter,   // or after it, before anybody hears of it
};

/// One machine's power and disk. Threads: any.
class Power {
 public:
  bool on() const { return on_; }
  void cut() { on_ = false; }
  /// A new start: what failed before is forgotten.
  void restore() {
    on_ = true;
    hit_.reset();
    broken_ = {};
  }
  /// Something happens at a write to come, after `skipped` others. `sticky`: an I/O error after
  /// which the file takes no more writes until it is opened again; else a full disk.
  void arm(Hit hit, std::size_t skipped, bool sticky) {
    hit_ = hit;
    skipped_ = skipped;
    sticky_ = sticky;
  }
  void disarm() { hit_.reset(); }

  template <class Write>
  Status write(DiskFile file, const Write& write) {
    if (!on_) return gone();
    if (broken_[static_cast<std::size_t>(file)]) return io();
    const auto hit = due();
    if (hit == Hit::kCrashBefore) return cut_now();
    if (hit == Hit::kFailBefore) return fail(file);
    Status outcome = write();
    if (hit == Hit::kCrashAfter) return cut_now();
    if (hit == Hit::kFailAfter && outcome) return fail(file);
    return outcome;
  }
  static Error gone() { return {ErrorCode::kStorage, "the power is off", "storage.io"}; }

 private:
  static Error io() { return {ErrorCode::kStorage, "injected failure", "storage.io"}; }
  std::optional<Hit> due() {
    if (!hit_ || skipped_-- > 0) return std::nullopt;
    return std::exchange(hit_, std::nullopt);
  }
  Status cut_now() {
    on_ = false;
    return gone();
  }
  Status fail(DiskFile file) {
    broken_[static_cast<std::size_t>(file)] = sticky_;
    return sticky_ ? io() : Error{ErrorCode::kStorage, "injected failure", "storage.full"};
  }

  bool on_ = true;
  std::optional<Hit> hit_;
  std::size_t skipped_ = 0;
  bool sticky_ = false;
  std::array<bool, 2> broken_{};
};

}  // namespace dure::simulation
