// SPDX-License-Identifier: Apache-2.0
// An erasure journal and bodies without a disk, with failures on demand.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "erasing/ports.h"
#include "support/failures.h"

namespace dure::node {

class MemoryErasureJournal final : public ErasureJournal {
 public:
  FailNext fail_put, fail_drop, fail_keep, fail_complete, fail_mark;

  Result<std::vector<Erasure>> erasures() override {
    const std::lock_guard lock(mutex_);
    std::vector<Erasure> all;
    for (const auto& [key, erasure] : erasures_) all.push_back(erasure);
    return all;
  }
  Status put(std::span<const Erasure> erasures) override {
    return fail_put.around([&] {
      const std::lock_guard lock(mutex_);
      for (const auto& erasure : erasures)
        erasures_.insert_or_assign({erasure.origin, erasure.erase_index}, erasure);
      return ok();
    });
  }
  Status drop_planned(std::string_view origin, std::uint64_t erase_index) override {
    return fail_drop.around([&] {
      const std::lock_guard lock(mutex_);
      const auto found = erasures_.find({std::string(origin), erase_index});
      if (found != erasures_.end() && found->second.stage == ErasureStage::kPlanned)
        erasures_.erase(found);
      return ok();
    });
  }
  Result<std::vector<PeerReceipt>> receipts() override {
    const std::lock_guard lock(mutex_);
    std::vector<PeerReceipt> all;
    for (const auto& [key, receipt] : receipts_) all.push_back(receipt);
    return all;
  }
  Status keep_receipt(const PeerReceipt& receipt) override {
    return fail_keep.around([&] {
      const std::lock_guard lock(mutex_);
      receipts_.emplace(std::tuple{receipt.origin, receipt.erase_index, receipt.peer}, receipt);
      return ok();
    });
  }
  Result<bool> is_complete() override {
    const std::lock_guard lock(mutex_);
    return complete_;
  }
  Status set_complete() override {
    return fail_complete.around([&] {
      const std::lock_guard lock(mutex_);
      complete_ = true;
      return ok();
    });
  }
  /// As after an update of the program.
  void forget_complete() { complete_ = false; }
  Result<CatalogueMark> catalogue_mark() override {
    const std::lock_guard lock(mutex_);
    return mark_;
  }
  Status set_catalogue_mark(const CatalogueMark& mark) override {
    return fail_mark.around([&] {
      const std::lock_guard lock(mutex_);
      mark_ = mark;
      return ok();
    });
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::map<std::pair<std::string, std::uint64_t>, Erasure> erasures_;
  std::map<std::tuple<std::string, std::uint64_t, std::string>, PeerReceipt> receipts_;
  bool complete_ = false;
  CatalogueMark mark_;
};

/// Bodies of MemoryMirrors-like logs, as far as erasing asks for them.
class MemoryBodies final : public BodyStore {
 public:
  FailNext fail_erase, fail_sweep;

  void add(LogId log, std::uint64_t index) { bodies_.insert({log, index}); }
  bool has(LogId log, std::uint64_t index) const { return bodies_.contains({log, index}); }
  bool swept() const { return swept_; }
  Sweep last_sweep() const { return how_; }

  Result<std::vector<std::uint64_t>> present(LogId log,
                                             std::span<const std::uint64_t> indexes) override {
    std::vector<std::uint64_t> found;
    for (const auto index : indexes) {
      if (has(log, index)) found.push_back(index);
    }
    return found;
  }
  Status erase(LogId log, std::span<const std::uint64_t> indexes) override {
    return fail_erase.around([&] {
      for (const auto index : indexes) swept_ = bodies_.erase({log, index}) == 0 && swept_;
      return ok();
    });
  }
  Status sweep(Sweep how) override {
    return fail_sweep.around([&] {
      swept_ = true;
      how_ = how;
      return ok();
    });
  }

 private:
  std::set<std::pair<LogId, std::uint64_t>> bodies_;
  bool swept_ = true;
  Sweep how_ = Sweep::kSearch;
};

}  // namespace dure::node
