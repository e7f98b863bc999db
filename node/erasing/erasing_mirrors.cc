// SPDX-License-Identifier: Apache-2.0
#include "erasing/erasing_mirrors.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dure/entry.h"

namespace dure::node {
namespace {

/// Bundles of each log that are on their way to the disk. Shared with the store's callbacks.
class UnderWay {
 public:
  void begin(LogId log) {
    const std::lock_guard lock(mutex_);
    ++open_[log];
  }
  void end(LogId log) {
    const std::lock_guard lock(mutex_);
    if (--open_[log] == 0) open_.erase(log);
    changed_.notify_all();
  }
  void wait(LogId log) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !open_.contains(log); });
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<LogId, std::size_t> open_;
};

class ErasingMirrors final : public MirrorStore {
 public:
  ErasingMirrors(MirrorStore& inner, LogReader& logs, Eraser& eraser)
      : inner_(inner), logs_(logs), eraser_(eraser) {}

  Result<MirrorState> mirror(LogId log) override { return inner_.mirror(log); }
  Status begin(LogId log, std::string_view head) override { return inner_.begin(log, head); }
  Status complete(LogId log, std::string_view head) override { return inner_.complete(log, head); }

  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override {
    const auto origin = origin_of(log);
    if (!origin) return done(origin.error());
    if (auto followed = follow(log, *origin, bundle); !followed) return done(std::move(followed));
    for (const std::uint64_t index :
         eraser_.erased_within(*origin, bundle.first, bundle.entries.size())) {
      auto& entry = bundle.entries[index - bundle.first];
      entry.salt.reset();
      entry.body.clear();
    }
    under_way_->begin(log);
    inner_.store(log, std::move(bundle),
                 [log, under_way = under_way_, done = std::move(done)](Status status) {
                   done(std::move(status));
                   under_way->end(log);
                 });
  }

 private:
  Result<std::string> origin_of(LogId id) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = origins_.find(id);
      if (found != origins_.end()) return found->second;
    }
    const auto logs = logs_.logs();
    if (!logs) return logs.error();
    const std::lock_guard lock(mutex_);
    for (const KnownLog& log : *logs) origins_.insert_or_assign(log.id, log.origin);
    const auto found = origins_.find(id);
    if (found == origins_.end()) return Error{ErrorCode::kNotFound, "no such log"};
    return found->second;
  }

  /// The erase entries of the bundle are proven: it was verified down from a signed head.
  Status follow(LogId log, const std::string& origin, const VerifiedBundle& bundle) {
    std::vector<Erasure> erasures, claims;
    for (std::size_t i = 0; i < bundle.entries.size(); ++i) {
      const auto& entry = bundle.entries[i];
      auto erasure = erasure_in(origin, bundle.first + i, entry.leaf, entry.body);
      if (erasure) (erasure->of_sealed() ? claims : erasures).push_back(*std::move(erasure));
    }
    if (!claims.empty()) {
      if (auto claimed = eraser_.claim(std::move(claims)); !claimed) return claimed;
    }
    if (erasures.empty()) return ok();
    under_way_->wait(log);  // a target may be among what was handed over a moment ago
    for (auto& erasure : erasures) {
      const auto commitment = commitment_of(log, bundle, erasure.target);
      if (!commitment) return commitment.error();
      erasure.commitment = *commitment;
    }
    return eraser_.follow(std::move(erasures));
  }

  Result<Hash> commitment_of(LogId log, const VerifiedBundle& bundle, std::uint64_t target) {
    std::string bytes;
    if (target >= bundle.first) {
      bytes = bundle.entries[target - bundle.first].leaf;
    } else {
      auto entry = logs_.entry(log, target);
      if (!entry) return std::move(entry).error();
      bytes = std::move(entry->leaf);
    }
    const auto leaf = parse_leaf(bytes);
    if (!leaf) return leaf.error();
    return leaf->commitment;
  }

  MirrorStore& inner_;
  LogReader& logs_;
  Eraser& eraser_;
  std::shared_ptr<UnderWay> under_way_ = std::make_shared<UnderWay>();
  std::mutex mutex_;  // guards origins_
  std::map<LogId, std::string> origins_;
};

}  // namespace

std::unique_ptr<MirrorStore> make_erasing_mirrors(MirrorStore& inner, LogReader& logs,
                                                  Eraser& eraser) {
  return std::make_unique<ErasingMirrors>(inner, logs, eraser);
}

}  // namespace dure::node
