// SPDX-License-Identifier: Apache-2.0
// The ports over head.db: head lock, witnessed heads, charter, erasure journal.
#pragma once

#include <functional>

#include "simulation/disk.h"

namespace dure::simulation {

/// Threads: any.
class HeadFile final : public HeadLock,
                       public WitnessedHeads,
                       public CharterStore,
                       public ErasureJournal {
 public:
  HeadFile(HeadDb& db, Power& power) : db_(db), power_(power) {}

  /// What was written, as soon as it is on disk, whether anybody hears of it or not. May be empty.
  std::function<void(std::string_view note)> on_locked;
  std::function<void(const WitnessedHead& next)> on_cosigned;

  Result<std::optional<std::string>> head() override;
  Status replace_head(const std::optional<std::string>& expected, std::string_view next) override;

  Result<std::vector<WitnessedHead>> all() override;
  Status replace(const WitnessedHead& expected, const WitnessedHead& next) override;

  Result<std::vector<CharterFile>> charter_files() override;
  Status keep_charter_files(std::span<const CharterFile> files) override;

  Result<std::vector<Erasure>> erasures() override;
  Status put(std::span<const Erasure> erasures) override;
  Status drop_planned(std::string_view origin, std::uint64_t erase_index) override;
  Result<std::vector<PeerReceipt>> receipts() override;
  Status keep_receipt(const PeerReceipt& receipt) override;
  Result<bool> is_complete() override;
  Status set_complete() override;
  Result<CatalogueMark> catalogue_mark() override;
  Status set_catalogue_mark(const CatalogueMark& mark) override;

 private:
  template <class Write>
  Status commit(const Write& write) {
    const std::lock_guard lock(mutex_);
    return power_.write(DiskFile::kHead, write);
  }
  HeadDb& db_;
  Power& power_;
  std::mutex mutex_;  // guards db_
};

}  // namespace dure::simulation
