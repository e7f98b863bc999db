// SPDX-License-Identifier: Apache-2.0
// A folder of backups in memory that fails when told.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "backup/ports.h"

namespace dure::node {

struct MemoryBackupShelf final : public BackupShelf {
  enum class Failing { kNothing, kList, kBegin, kSync, kKeepBefore, kKeepAfter, kRemove };

  static Error full() { return Error{ErrorCode::kStorage, "no space", "storage.full"}; }

  std::map<std::string, std::string> files;
  std::map<std::string, std::string> partial;
  Failing failing = Failing::kNothing;
  std::size_t room = std::numeric_limits<std::size_t>::max();        // bytes left on the disk
  std::size_t flipped_at = std::numeric_limits<std::size_t>::max();  // what the disk changes

  class Writing final : public NewBackup {
   public:
    Writing(MemoryBackupShelf& shelf, std::string name) : shelf_(shelf), name_(std::move(name)) {}
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() override { shelf_.partial.erase(name_); }
    Status write(std::string_view bytes) override {
      if (bytes.size() > shelf_.room) return full();
      shelf_.room -= bytes.size();
      shelf_.partial[name_] += bytes;
      return ok();
    }
    Status sync() override {
      if (shelf_.failing == Failing::kSync) return full();
      return ok();
    }
    Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
      std::string bytes = shelf_.partial[name_];
      if (shelf_.flipped_at < bytes.size())
        bytes[shelf_.flipped_at] = static_cast<char>(bytes[shelf_.flipped_at] ^ 1);
      const auto part =
          std::string_view(bytes).substr(std::min<std::size_t>(offset, bytes.size()), out.size());
      std::copy(part.begin(), part.end(), out.begin());
      return part.size();
    }
    Status keep() override {
      if (shelf_.failing == Failing::kKeepBefore) return full();
      if (shelf_.files.contains(name_)) return Error{ErrorCode::kConflict, name_ + " exists"};
      shelf_.files[name_] = std::exchange(shelf_.partial[name_], {});
      if (shelf_.failing == Failing::kKeepAfter) return full();
      return ok();
    }

   private:
    MemoryBackupShelf& shelf_;
    const std::string name_;
  };

  Result<std::vector<ShelvedFile>> list() override {
    if (failing == Failing::kList)
      return Error{ErrorCode::kStorage, "no such folder", "backup.folder"};
    std::vector<ShelvedFile> out;
    for (const auto& [name, bytes] : files) out.push_back({name, bytes.size()});
    return out;
  }
  Result<std::unique_ptr<NewBackup>> begin(const std::string& name) override {
    if (failing == Failing::kBegin)
      return Error{ErrorCode::kStorage, "read-only file system", "backup.folder"};
    return std::unique_ptr<NewBackup>(std::make_unique<Writing>(*this, name));
  }
  Status remove(const std::string& name) override {
    if (failing == Failing::kRemove)
      return Error{ErrorCode::kStorage, "not permitted", "backup.folder"};
    files.erase(name);
    return ok();
  }
};

}  // namespace dure::node
