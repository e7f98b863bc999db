// SPDX-License-Identifier: Apache-2.0
// Fetches the attachments of mirrored entries that the operator wants here, inside a disk budget,
// and those of the own log that were lost.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "attachments/fetch.h"
#include "attachments/ports.h"
#include "replication/backoff.h"
#include "replication/ports.h"

namespace dure::node {

/// Which attachments of others are kept here.
struct MirrorPolicy {
  std::uint64_t largest = 0;  // none larger than that; 0: none at all
  std::uint64_t budget = 0;   // of all together
};

struct AttachmentPeer {
  std::string origin, url;
};

/// How far the logs were searched, as text; kept by whoever made the mirroring.
struct MirroringMemory {
  std::function<std::string()> load;
  std::function<Status(const std::string&)> save;
};

/// Everything pointed to must outlive the mirroring.
struct MirroringPorts {
  AttachmentStore* store = nullptr;
  LogReader* logs = nullptr;
  OpenSource open;
  std::function<std::vector<AttachmentPeer>()> peers;
  /// Whether a newer revision of the record is known.
  std::function<bool(const AttachmentOwner& entry, const std::string& id)> is_superseded;
  MirroringMemory memory;
  std::string own_origin;
  MirrorPolicy policy;
  BackoffOptions backoff;
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
  std::function<std::uint64_t()> random;  // uniform over 64 bits
  std::function<void(const AttachmentRef&, const AttachmentOwner&)> on_fetched;  // may be empty
  std::function<void(const std::string& url, const Error&)> on_failure;          // may be empty
};

struct MirroringState {
  std::size_t waiting = 0;        // wanted, and not here yet
  std::uint64_t over_budget = 0;  // not fetched for want of room, since the last search
};

/// Threads: any; run_once takes turns.
class Mirroring {
 public:
  explicit Mirroring(MirroringPorts ports);

  /// Searches what is new in the logs and fetches what is due. Errors: kStorage.
  Status run_once(const std::stop_token& stop);
  MirroringState state() const;

 private:
  struct Wanted {
    AttachmentRef ref;
    std::string id, time;
    Backoff backoff;
  };
  using Key = std::pair<AttachmentOwner, Hash>;

  void read_memory();
  Status write_memory();
  Status search(const std::stop_token& stop);
  Status search_log(const KnownLog& log, const std::stop_token& stop);
  void take(const KnownLog& log, std::uint64_t index, std::string_view leaf, std::string_view body);
  std::vector<Key> due() const;
  void serve(const Key& key, const std::stop_token& stop);
  bool is_settled(const AttachmentOwner& owner, const Wanted& wanted);
  Status fetch(const AttachmentOwner& owner, const Wanted& wanted, const std::stop_token& stop);
  std::vector<std::string> urls_for(const std::string& origin) const;
  void settle(const Key& key);
  void search_again_if_room();

  const MirroringPorts ports_;
  std::mutex run_mutex_;
  mutable std::mutex mutex_;  // guards what follows; never held while fetching
  std::map<std::string, std::uint64_t, std::less<>> searched_;  // by origin: entries looked at
  std::map<Key, Wanted> wanted_;
  std::uint64_t over_budget_ = 0;
  std::uint64_t full_at_ = 0;  // how much was here when something found no room
  std::string written_;
};

/// Where replication's chunks of one attachment go: the store.
class StoreSink final : public ChunkSink {
 public:
  StoreSink(AttachmentStore& store, const Hash& commitment, AttachmentOwner owner)
      : store_(store), commitment_(commitment), owner_(std::move(owner)) {}
  Result<std::uint64_t> begin(const ChunkList& list) override;
  Status add(std::uint64_t index, std::string_view bytes) override;
  Status finish() override;

 private:
  AttachmentStore& store_;
  const Hash commitment_;
  const AttachmentOwner owner_;
};

}  // namespace dure::node
