// SPDX-License-Identifier: Apache-2.0
// Files outside the databases: durable when a call says so, private to the node's user.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

/// fsync, or what a test puts in its place: 0, or -1 with errno.
using SyncFile = std::function<int(int descriptor)>;

/// An open file, closed with its owner.
class DiskFile {
 public:
  enum class Mode { kRead, kWrite, kCreate, kTruncate };
  /// Errors: kNotFound; kStorage.
  static Result<DiskFile> open(const std::string& path, Mode mode);
  explicit DiskFile(int descriptor) : descriptor_(descriptor) {}
  DiskFile(DiskFile&& other) noexcept;
  DiskFile& operator=(DiskFile&& other) noexcept;
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;
  ~DiskFile();

  int descriptor() const { return descriptor_; }
  /// Errors: kStorage.
  Result<std::uint64_t> size() const;
  /// How many bytes from `offset` were put into `out`: fewer only at the end; -1: the disk failed.
  std::int64_t read(std::uint64_t offset, std::span<char> out) const;
  /// Errors: kStorage.
  Status write(std::uint64_t offset, std::string_view bytes) const;
  /// Errors: kStorage.
  Status cut(std::uint64_t size) const;
  /// Errors: kStorage.
  Status sync(const SyncFile& sync) const;

 private:
  int descriptor_;
};

/// Makes `path` hold `bytes`, or leaves what was there. Errors: kStorage (maybe it holds them).
Status replace_disk_file(const std::string& path, std::string_view bytes, const SyncFile& sync);
/// Errors: kNotFound, kTooLarge, kStorage.
Result<Bytes> read_disk_file(const std::string& path, std::size_t max_bytes);
/// Errors: kStorage.
Status rename_disk_file(const std::string& from, const std::string& to);
/// A file that is not there is as good as removed. Errors: kStorage.
Status remove_disk_file(const std::string& path);
/// Makes the folder unless it is there, with mode 0700, and its name durable. Errors: kStorage.
Status make_disk_folder(const std::string& path, const SyncFile& sync);
/// Makes names in `folder` durable. Errors: kStorage.
Status sync_disk_folder(const std::string& folder, const SyncFile& sync);

}  // namespace dure::node
