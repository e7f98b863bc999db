// SPDX-License-Identifier: Apache-2.0
// Notices that a log told two histories, proves it, keeps and exchanges the proofs, and says which
// logs are not followed and which entries are not shown meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dure/fork_proof.h"
#include "replication/evidence.h"
#include "replication/fork_list.h"
#include "replication/puller.h"

namespace dure::node {

inline constexpr std::size_t kMaxForksPerLog = 8;
inline constexpr std::size_t kMaxForkFetches = 16;  // from one peer in one round
inline constexpr std::uint64_t kShowAll = std::numeric_limits<std::uint64_t>::max();

/// One log that is under suspicion or was convicted.
struct ForkedLog {
  std::string origin;
  std::uint64_t shown_until = kShowAll;  // entries from here on are withheld
  std::string proof;                     // name of the proof that tells so; empty: suspicion only
  std::optional<Fork> fork;              // what that proof establishes
  std::string decision;                  // why its entries are shown again; empty: undecided
  std::optional<Suspicion> suspicion;    // set: not followed
};

/// A head of our own log that we did not sign.
enum class Twin { kAhead, kDiffers };

struct ForkWatchOptions {
  std::string own_origin;
  /// The keys of a log that we know; none: unknown.
  std::function<std::vector<VerifierKey>(std::string_view origin)> keys;
  std::function<std::int64_t()> unix_seconds;
  /// Where a log ends that the charter has sealed; may be empty. Quick.
  std::function<std::optional<LogEnd>(std::string_view origin)> end_of;
  SteadyClock clock = [] { return std::chrono::steady_clock::now(); };
  // What follows may be empty, and is called without any lock held.
  std::function<void(const KeptFork& kept, const Fork& fork)> on_fork;  // a new proof is on disk
  std::function<void(Twin twin, const std::string& note, const std::string& url)> on_twin;
  std::function<void(const Error& error)> on_error;  // evidence could not be kept
};

/// Threads: any.
class ForkWatch {
 public:
  /// `store`, `reader` and what the options refer to must outlive it. Errors: the store's.
  static Result<std::unique_ptr<ForkWatch>> open(EvidenceStore& store, LogReader& reader,
                                                 OpenSource open, ForkWatchOptions options);

  /// Keeps the heads that a pull was shown and what it came to; tries to prove a contradiction.
  /// Talks to peers.
  void pulled(const PullJob& job, const PullReport& report);
  /// A head that no pull looks at: shown of our own log, of a log that is not followed, or to our
  /// witness. Nothing but a valid signature by a known log counts. Talks to nobody.
  void saw(const std::string& note, std::string_view origin, const std::string& url);
  /// Asks a peer for fork proofs of logs that we know. Errors: the source's (kNotFound: a peer of
  /// an earlier version), kMalformed, kTooLarge.
  Status exchange(const std::string& url, Source& source);
  /// Tries again, with growing pauses, to prove suspicions and to place bare proofs. `urls`: the
  /// peers'. Talks to them.
  void search(const std::vector<std::string>& urls);

  /// Whether the log must not be followed now.
  bool frozen(std::string_view origin) const;
  /// Entries of `origin` from this index on are not to be shown; kShowAll for nearly every log.
  std::uint64_t shown_until(std::string_view origin) const;
  /// By origin.
  std::vector<ForkedLog> forked() const;
  std::vector<ListedFork> list() const;
  /// The file. Errors: kNotFound.
  Result<std::string> file(std::string_view name) const;

  /// The operator dropped the peer: nothing stands against following the log anew. Proofs, and what
  /// is withheld because of them, stay.
  Status dismiss(std::string_view origin);
  /// Shows the entries of `origin` again. Who may decide that is the caller's business.
  Status decide(std::string_view origin, std::string_view decision);

 private:
  struct Known {
    KeptFork kept;
    Fork fork;  // checked when it was kept
    bool placed = false;
  };
  struct Attempt {
    std::chrono::steady_clock::time_point next{};
    std::chrono::seconds pause{0};
  };
  struct PeerLists {
    std::string etag;
    std::set<std::string, std::less<>> useless;  // names that turned out to be nothing
  };

  ForkWatch(EvidenceStore& store, LogReader& reader, OpenSource open, ForkWatchOptions options);
  Status reload();
  Status written(const Status& outcome);
  struct Judgement {
    Standing standing = Standing::kOpen;
    std::string against;  // the note that it contradicts, if there is one
  };
  Judgement judge(const Checkpoint& head, const std::vector<SeenHead>& known) const;
  void weigh(SeenHead& head, const std::vector<SeenHead>& known,
             std::optional<Contradiction>& found) const;
  void keep(const std::vector<SeenHead>& heads);
  void suspect(const std::string& origin, const std::string& known, const std::string& offered,
               const std::string& url);
  void prove(const Suspicion& suspicion, std::vector<LogLocation> locations);
  std::vector<std::string> accusers(const Suspicion& suspicion) const;
  Result<bool> adopt(const ForkProof& proof, const std::string& url);
  static const Known* later_of(const Known* a, const Known* b);
  std::optional<std::string> make_room(const Fork& fork, bool placed) const;
  std::optional<std::string> settled_before(const Fork& fork) const;
  Status fetch_fork(const ListedFork& listed, const std::string& url, Source& source);
  bool is_news(const ListedFork& listed, const std::string& url);
  std::optional<Suspicion> due(const std::string& origin);
  void say_error(const Status& status) const;
  std::optional<LogEnd> end_of(std::string_view origin) const;

  EvidenceStore& store_;
  LogReader& reader_;
  const OpenSource open_;
  const ForkWatchOptions options_;

  std::mutex adopt_mutex_;                           // one proof is judged and kept at a time
  mutable std::mutex mutex_;                         // guards what follows; never held across I/O
  std::map<std::string, Known, std::less<>> forks_;  // by name
  std::map<std::string, Suspicion, std::less<>> suspicions_;  // by origin
  std::map<std::string, Attempt, std::less<>> attempts_;      // by origin
  std::map<std::string, PeerLists, std::less<>> lists_;       // by the peer's URL
};

}  // namespace dure::node
