// SPDX-License-Identifier: Apache-2.0
// Keeps every mirror current: asks a few peers for the heads they know, and pulls what is new.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "replication/backoff.h"
#include "replication/heads.h"
#include "replication/puller.h"

namespace dure::node {

/// A peer to pull from: its log, and where it can be reached.
struct ReplicationPeer {
  LogId log = 0;
  std::string origin;
  std::string url;
  std::vector<VerifierKey> keys;
};

struct ReplicatorOptions {
  std::chrono::milliseconds interval{2000};  // between rounds, give or take a quarter
  std::size_t peers_per_round = 3;           // asked for their heads
  std::size_t parallel_heads = 8;            // asked for at the same time
  std::size_t parallel_logs = 2;             // pulled at the same time
  PullOptions pull;
  BackoffOptions backoff;
  SteadyClock clock = [] { return std::chrono::steady_clock::now(); };
  std::function<std::int64_t()> unix_seconds;  // for `status`; empty: 0
  /// What each pull came to, also if that is nothing. Called from the thread that pulled; may be
  /// empty.
  std::function<void(const PullReport&)> on_pull;
  std::function<std::uint64_t()> random;  // uniform; empty: seeded from the system

  // What the fork watch wants to know and decides; all may be empty. Called without any lock held,
  // from the threads that ask and pull, except for `frozen`, which must be quick.
  std::string own_origin;
  std::function<bool(std::string_view origin)> frozen;  // this log must not be followed now
  /// Where a log ends that the charter has sealed; quick.
  std::function<std::optional<LogEnd>(std::string_view origin)> end_of;
  /// A head that no pull will look at: of our own log, or of one that is not followed now.
  std::function<void(const std::string& note, const std::string& origin, const std::string& url)>
      on_head;
  std::function<void(const PullJob&, const PullReport&)> on_judged;        // after each pull
  std::function<Status(const std::string& url, Source& source)> exchange;  // after its heads
  std::function<void(const std::vector<std::string>& urls)> after_round;   // of all peers
  /// The peer at `url` answered with the heads that it knows, unverified; with none if they are the
  /// same as before. Called from several threads; may be empty.
  std::function<void(const std::string& url, const std::vector<AnnouncedHead>& heads)> on_heads;
};

/// What `status` shows of a peer.
struct PeerStatus {
  std::string origin;
  std::string url;
  std::uint64_t size = 0;         // stored here
  std::uint64_t lag = 0;          // entries of the newest verified head that are not stored here
  std::int64_t last_success = 0;  // POSIX seconds; 0: never
  std::int64_t retry_in_seconds = 0;  // 0: not backing off
  std::optional<Error> last_error;
  std::optional<Contradiction> contradiction;
};

/// Threads: run from one, run_announced from another; everything else from any.
class Replicator {
 public:
  using PeerList = std::function<Result<std::vector<ReplicationPeer>>()>;

  Replicator(PeerList peers, OpenSource open, MirrorStore& store, LogReader& reader,
             ReplicatorOptions options = {});

  /// Rounds until `stop`, one each interval or as soon as wake() is called.
  void run(const std::stop_token& stop);
  /// Makes the next round begin now (for a new peer).
  void wake();

  /// The log `origin` has shown us its new head (by asking for a cosignature): it is pulled at
  /// once, by run_announced, whatever a round is doing. Logs that are not followed are ignored.
  void announce(const std::string& origin, const std::string& note);
  /// Pulls what was announced until `stop`. One thread besides that of run.
  void run_announced(const std::stop_token& stop);
  /// Pulls what has been announced by now, except what is being pulled already.
  std::vector<PullReport> pull_announced(const std::stop_token& stop = {});

  /// One round over a few random peers that are not backing off.
  std::vector<PullReport> round(const std::stop_token& stop = {});
  /// One round over all peers, back-off or not: for `dure pull --once`.
  std::vector<PullReport> pull_once(const std::stop_token& stop = {});

  /// Sorted by origin.
  std::vector<PeerStatus> status() const;

 private:
  struct AnnouncedNote {
    std::string note;
    bool judged = false;  // a pull that knew of it ended well: nothing new in it
    bool shown = false;   // on_head knows it
  };
  struct PeerState {
    std::string url;
    std::string etag;
    std::map<std::string, AnnouncedNote> heads;  // by origin of the log
    Backoff backoff;
    std::optional<Error> last_error;
    std::int64_t last_success = 0;
    std::string own_head;  // what it holds to be ours
  };
  struct ShownHead {
    std::string note, origin, url;
  };
  struct LogState {
    std::uint64_t head_size = 0;
    Backoff backoff;
    std::optional<Error> last_error;
    std::optional<Contradiction> contradiction;
    bool looked_for_last_step = false;  // since the start
  };

  enum class Scope { kSome, kAll, kAnnounced };
  std::vector<PullReport> run_round(Scope scope, const std::stop_token& stop);
  std::vector<ReplicationPeer> choose(std::vector<ReplicationPeer> peers, Scope scope);
  void ask_heads(const ReplicationPeer& peer);
  Status update_heads(const ReplicationPeer& peer, Source& source);
  Status update_checkpoint(const ReplicationPeer& peer, Source& source);
  std::optional<std::string> take_heads(const ReplicationPeer& peer,
                                        std::vector<AnnouncedHead> heads, std::string etag);
  bool is_frozen(const std::string& origin) const;
  std::optional<LogEnd> end_of(const std::string& origin) const;
  PeerStatus status_of(const ReplicationPeer& peer) const;
  void show_frozen(const std::vector<ReplicationPeer>& all);
  std::optional<PullJob> make_job(const ReplicationPeer& peer,
                                  const std::vector<ReplicationPeer>& all, Scope scope);
  std::optional<PullJob> make_last_step(const ReplicationPeer& peer);
  std::optional<PullReport> pull(const PullJob& job, const std::stop_token& stop);
  bool claim(const std::string& origin);
  void release(const std::string& origin);
  void order_locations(std::vector<LogLocation>& locations);
  void end_round(const std::vector<ReplicationPeer>& all) const;
  void add_unreached(const std::vector<ReplicationPeer>& all, std::vector<PullReport>& reports);
  void note(const PullJob& job, const PullReport& report);
  void forget_removed(const std::vector<ReplicationPeer>& peers);
  std::uint64_t random();
  std::int64_t now_seconds() const;

  PeerList peers_;
  OpenSource open_;
  MirrorStore& store_;
  LogReader& reader_;
  ReplicatorOptions options_;

  std::mutex round_mutex_;                            // one round at a time
  mutable std::mutex mutex_;                          // guards what follows; never held across I/O
  std::map<std::string, PeerState> peer_states_;      // by origin of the peer
  std::map<std::string, LogState> log_states_;        // by origin of the log
  std::set<std::string> followed_, followed_before_;  // origins whose heads are worth remembering
  std::uint64_t random_state_ = 0;
  std::vector<ReplicationPeer> peers_read_;  // for the last round
  std::set<std::string> pulling_;            // origins of logs: one pull of each at a time
  std::set<std::string> announced_;          // origins of logs whose new head waits for its pull
  std::condition_variable_any announced_signal_;

  std::mutex wake_mutex_;
  std::condition_variable_any wake_signal_;
  bool woken_ = false;
};

}  // namespace dure::node
