// SPDX-License-Identifier: Apache-2.0
// What making backups needs: a folder for them, the node's contents at one moment, and a clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "backup/archive.h"
#include "dure/result.h"

namespace dure::node {

/// A file in the folder of backups.
struct ShelvedFile {
  std::string name;
  std::uint64_t bytes = 0;
};

/// A backup that is being written, under a name that nobody takes for a finished one. Without
/// keep() it goes again. Threads: one.
class NewBackup {
 public:
  virtual ~NewBackup() = default;
  virtual Status write(std::string_view bytes) = 0;
  /// Makes everything written durable. Errors: kStorage.
  virtual Status sync() = 0;
  /// Reads what is on disk; fewer bytes only at the end. Errors: kStorage.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> out) = 0;
  /// Gives it its name, durably. Errors: kConflict (the name is taken), kStorage (it may have it).
  virtual Status keep() = 0;
};

/// The folder in which backups lie, maybe with other things. Threads: any.
class BackupShelf {
 public:
  virtual ~BackupShelf() = default;
  /// Every plain file. Errors: kStorage.
  virtual Result<std::vector<ShelvedFile>> list() = 0;
  /// Clears away what an interrupted one of the same origin left. Errors: kStorage.
  virtual Result<std::unique_ptr<NewBackup>> begin(const std::string& name) = 0;
  /// Errors: kStorage.
  virtual Status remove(const std::string& name) = 0;
};

/// One moment of a node. Held until it was copied. Threads: one.
class BackupContents {
 public:
  virtual ~BackupContents() = default;
  /// In the order of their names.
  virtual const std::vector<ArchiveMember>& members() const = 0;
  /// Gives the content of one member to `take`. Errors: kStorage, and those of `take`.
  virtual Status read(const ArchiveMember& member, const TakeBytes& take) = 0;
};

struct BackupPorts {
  BackupShelf* shelf = nullptr;
  /// Errors: kStorage, kUnavailable (the node is closing).
  std::function<Result<std::unique_ptr<BackupContents>>()> collect;
  std::function<std::int64_t()> now;  // POSIX seconds
  std::function<bool()> stopping;     // the node closes: what is half done is given up
  std::function<void(const std::string&)> on_made;  // by name
  std::function<void(const std::string&)> on_removed;
  std::function<void(const Error&)> on_failure;
};

}  // namespace dure::node
