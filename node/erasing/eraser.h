// SPDX-License-Identifier: Apache-2.0
// Erases what erase entries ask for, and remembers it so that nothing brings it back. Spec:
// PROTOCOL.md §17.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "erasing/ports.h"
#include "replication/ports.h"

namespace dure::node {

/// Everything pointed to must outlive the eraser.
struct EraserPorts {
  ErasureJournal* journal = nullptr;
  BodyStore* bodies = nullptr;
  CatalogueStore* catalogue = nullptr;
  LogReader* logs = nullptr;
  /// Takes away the files beside entries that only these refer to. May be empty.
  std::function<Status(std::string_view origin, std::span<const std::uint64_t> targets)>
      erase_attachments;
  const Signer* signer = nullptr;     // the request key
  std::function<std::int64_t()> now;  // POSIX seconds
  /// What could not be finished while opening and is tried again later. May be empty.
  std::function<void(const Error&)> on_error;
};

/// Threads: any.
class Eraser {
 public:
  /// Reads the journal and applies it: when this returns, no erased body can be read here. To be
  /// called before anything is served. Errors: kStorage.
  static Result<std::unique_ptr<Eraser>> open(EraserPorts ports);

  bool is_erased(std::string_view origin, std::uint64_t target) const;
  /// The erasure whose target this is; the first if there are several.
  std::optional<Erasure> of_target(std::string_view origin, std::uint64_t target) const;
  /// The erased ones of entries [first, first + count).
  std::vector<std::uint64_t> erased_within(std::string_view origin, std::uint64_t first,
                                           std::uint64_t count) const;
  /// By origin and erase_index, planned ones left out; of one log if it is named.
  std::vector<Erasure> all(std::string_view origin = {}) const;
  /// Our receipt. `hash` is origin_hash(origin). Errors: kNotFound (also: not finished yet).
  Result<std::string> receipt(std::string_view hash, std::uint64_t erase_index) const;

  /// Writes down erase entries of the own log before they are appended. Errors: kStorage.
  Status plan(std::vector<Erasure> erasures);
  /// They are appended: from now on they bind. Errors: kStorage.
  Status bind(std::span<const Erasure> erasures);
  /// Writes down erase entries of another log, then takes their targets away from readers. Errors:
  /// kStorage.
  Status follow(std::vector<Erasure> erasures);
  /// Writes down entries that name an entry of a sealed log. Errors: kStorage.
  Status claim(std::vector<Erasure> claims);
  /// Lets those bind that `may` allows, once they stand in their log, and takes their targets away
  /// from readers. What has bound once binds for ever. Errors: kStorage.
  Status settle_claims(const std::function<bool(const Erasure&)>& may);
  /// Leaves no trace in the files of all that binds by now, and signs the receipts. Errors:
  /// kUnavailable (somebody reads; try again), kStorage.
  Status finish();
  /// Whether there is something for finish() to do.
  bool unfinished() const;
  /// Whether there may be something for settle_claims() to do.
  bool has_claims() const;

 private:
  using EntryKey = std::pair<std::string, std::uint64_t>;  // origin and erase_index
  struct LogErasures {
    std::map<std::uint64_t, Erasure>
        by_entry;  // whose erase entry stands in this log, by its index
    std::map<std::uint64_t, EntryKey> by_target;  // what of this log is erased, by which entry
  };
  explicit Eraser(EraserPorts ports) : ports_(std::move(ports)) {}

  Status load();
  Status settle_plans();
  void remember(const Erasure& erasure);
  Result<Hash> commitment_of(const Erasure& erasure) const;
  Status search_logs();
  Status search_log(const KnownLog& log, std::vector<Erasure>& found);
  Status apply();
  void drop_known(std::vector<Erasure>& erasures, ErasureStage from) const;
  Status erase_attachments(std::string_view origin, std::span<const std::uint64_t> targets) const;
  Status withhold(const std::vector<Erasure>& erasures);
  Status add_tombstones(const KnownLog& log, const std::vector<std::uint64_t>& indexes,
                        std::vector<CatalogueChange>& tombstones);
  Status put(const std::vector<Erasure>& erasures);
  Status finish_locked();
  Result<bool> stands_in_log(const Erasure& erasure);
  std::vector<Erasure> select(const std::function<bool(const Erasure&)>& wanted) const;
  std::vector<Erasure> with_stage(ErasureStage stage) const;
  std::vector<Erasure> unfinished_ones() const;
  std::vector<std::uint64_t> targets_of(const std::string& origin) const;
  Result<bool> find_left();

  const EraserPorts ports_;
  std::mutex work_mutex_;     // one erases at a time
  bool sweep_again_ = false;  // with work_mutex_: what was erased came back and went again
  bool rewrite_ = false;      // with work_mutex_: what was taken before is not known
  mutable std::mutex mutex_;  // guards what follows; never held while storing
  std::map<std::string, LogErasures, std::less<>> logs_;     // by origin
  std::map<std::string, std::string, std::less<>> origins_;  // by origin_hash
};

/// The erasure that `leaf` at `index` of `origin` asks for, without commitment and time; nothing if
/// it binds nothing. `body` may be absent. One of a sealed log is a claim: whether it binds is for
/// the charter to say.
std::optional<Erasure> erasure_in(std::string_view origin, std::uint64_t index,
                                  std::string_view leaf, std::string_view body);
/// Quick and never wrong about a leaf that erases.
bool may_erase(std::string_view leaf);

}  // namespace dure::node
