// SPDX-License-Identifier: Apache-2.0
#include "simulation/head_file.h"

namespace dure::simulation {

Result<std::optional<std::string>> HeadFile::head() {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  return db_.head;
}

Status HeadFile::replace_head(const std::optional<std::string>& expected, std::string_view next) {
  return commit([&]() -> Status {
    if (db_.head != expected) return Error{ErrorCode::kConflict, "another head"};
    db_.head = std::string(next);
    if (on_locked) on_locked(next);
    return ok();
  });
}

Result<std::vector<WitnessedHead>> HeadFile::all() {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  std::vector<WitnessedHead> heads;
  for (const auto& [origin, head] : db_.witnessed) heads.push_back(head);
  return heads;
}

Status HeadFile::replace(const WitnessedHead& expected, const WitnessedHead& next) {
  return commit([&]() -> Status {
    const auto found = db_.witnessed.find(next.origin);
    const WitnessedHead stored =
        found == db_.witnessed.end() ? WitnessedHead{next.origin, {}, 0, {}} : found->second;
    const bool same = stored.time == 0
                          ? expected.time == 0
                          : expected.time != 0 && stored.tree.size == expected.tree.size &&
                                stored.tree.root == expected.tree.root;
    if (!same) return Error{ErrorCode::kConflict, "another head"};
    if (on_cosigned) on_cosigned(next);
    db_.witnessed.insert_or_assign(next.origin, next);
    return ok();
  });
}

Result<std::vector<CharterFile>> HeadFile::charter_files() {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  std::vector<CharterFile> files;
  for (const auto& [key, file] : db_.charter) files.push_back(file);
  return files;
}

Status HeadFile::keep_charter_files(std::span<const CharterFile> files) {
  return commit([&] {
    for (const CharterFile& file : files) {
      const auto key = std::pair(file.paper, file.key);
      if (file.text.empty()) {
        db_.charter.erase(key);
      } else {
        db_.charter.insert_or_assign(key, file);
      }
    }
    return ok();
  });
}

Result<std::vector<Erasure>> HeadFile::erasures() {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  std::vector<Erasure> all;
  for (const auto& [key, erasure] : db_.erasures) all.push_back(erasure);
  return all;
}

Status HeadFile::put(std::span<const Erasure> erasures) {
  return commit([&] {
    for (const auto& erasure : erasures)
      db_.erasures.insert_or_assign({erasure.origin, erasure.erase_index}, erasure);
    return ok();
  });
}

Status HeadFile::drop_planned(std::string_view origin, std::uint64_t erase_index) {
  return commit([&] {
    const auto found = db_.erasures.find({std::string(origin), erase_index});
    if (found != db_.erasures.end() && found->second.stage == ErasureStage::kPlanned)
      db_.erasures.erase(found);
    return ok();
  });
}

Result<std::vector<PeerReceipt>> HeadFile::receipts() {
  const std::lock_guard lock(mutex_);
  std::vector<PeerReceipt> all;
  for (const auto& [key, receipt] : db_.receipts) all.push_back(receipt);
  return all;
}

Status HeadFile::keep_receipt(const PeerReceipt& receipt) {
  return commit([&] {
    db_.receipts.emplace(HeadDb::ReceiptKey{receipt.origin, receipt.erase_index, receipt.peer},
                         receipt);
    return ok();
  });
}

Result<bool> HeadFile::is_complete() {
  const std::lock_guard lock(mutex_);
  return db_.erasures_complete;
}

Status HeadFile::set_complete() {
  return commit([&] {
    db_.erasures_complete = true;
    return ok();
  });
}

Result<CatalogueMark> HeadFile::catalogue_mark() {
  const std::lock_guard lock(mutex_);
  return db_.catalogue_mark;
}

Status HeadFile::set_catalogue_mark(const CatalogueMark& mark) {
  return commit([&] {
    db_.catalogue_mark = mark;
    return ok();
  });
}

}  // namespace dure::simulation
