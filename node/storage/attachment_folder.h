// SPDX-License-Identifier: Apache-2.0
// The names and small files in the attachments' folder. Knows nothing of who may do what when.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "attachments/ports.h"
#include "storage/disk_file.h"

namespace dure::node {

/// What was found of one attachment on disk.
struct FoundAttachment {
  Hash commitment{};
  std::set<AttachmentOwner> owners;
  std::uint64_t size = 0;    // that its list tells
  bool listed = false;       // its chunk list is there and readable
  bool whole = false;        // its bytes are there under their final name, with the right length
  std::int64_t changed = 0;  // POSIX seconds
};

class AttachmentFolder {
 public:
  AttachmentFolder(std::string path, SyncFile sync)
      : path_(std::move(path)), sync_(std::move(sync)) {}

  /// Makes the folders. Errors: kStorage.
  Status make() const;
  /// Everything that is there. Errors: kStorage.
  Result<std::vector<FoundAttachment>> read() const;
  void remove_uploads() const;

  std::string data(const Hash& commitment) const { return base(commitment); }
  std::string part(const Hash& commitment) const { return base(commitment) + ".part"; }
  std::string list(const Hash& commitment) const { return base(commitment) + ".chunks"; }
  std::string refs(const Hash& commitment) const { return base(commitment) + ".refs"; }
  std::string upload(std::string_view id) const { return path_ + "/incoming/" + std::string(id); }

  /// The steps below are durable when they return. Errors: kStorage.
  Status make_shard(const Hash& commitment) const;
  Status write_list(const Hash& commitment, const ChunkList& list) const;
  Status write_refs(const Hash& commitment, const std::set<AttachmentOwner>& owners) const;
  /// Gives the bytes at `from`, which are on disk, their final name.
  Status place(const std::string& from, const Hash& commitment) const;
  /// Bytes and list first, what refers to it last: after a crash it is known what was to go.
  Status remove(const Hash& commitment) const;
  /// Errors: kNotFound, kStorage, and those of parse_chunk_list.
  Result<ChunkList> read_list(const Hash& commitment) const;

 private:
  std::string shard(const Hash& commitment) const;
  std::string base(const Hash& commitment) const;
  FoundAttachment examine(const Hash& commitment) const;

  const std::string path_;
  const SyncFile sync_;
};

/// One line for each, `<origin> <index>`.
std::string format_owners(const std::set<AttachmentOwner>& owners);
/// Errors: kMalformed.
Result<std::set<AttachmentOwner>> parse_owners(std::string_view text);

}  // namespace dure::node
