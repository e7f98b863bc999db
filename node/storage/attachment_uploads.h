// SPDX-License-Identifier: Apache-2.0
// Files on their way in from this machine, chunk by chunk.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "storage/attachment_folder.h"

namespace dure::node {

/// Threads: any.
class AttachmentUploads {
 public:
  AttachmentUploads(const AttachmentFolder& folder, SyncFile sync,
                    std::function<void(std::span<std::uint8_t>)> random,
                    std::function<std::int64_t()> now)
      : folder_(folder), sync_(std::move(sync)), random_(std::move(random)), now_(std::move(now)) {}

  /// As in AttachmentStore.
  Result<Upload> begin(std::uint64_t size);
  Result<std::uint64_t> add(std::string_view id, std::uint64_t offset, std::string_view chunk);
  void drop(std::string_view id);
  void drop_older_than(std::int64_t seconds);
  std::size_t count() const;

  struct Finished {
    ChunkList list;
    std::string path;  // the bytes, on disk, but not yet under their final name
  };
  /// Nobody can add to it any more; whoever asked removes what is left at `path`.
  Result<Finished> finish(std::string_view id);

 private:
  struct Running {
    std::mutex mutex;  // guards what follows; held while writing
    ChunkList list;
    std::uint64_t received = 0;
    std::int64_t touched = 0;
    bool closed = false;
  };
  std::shared_ptr<Running> find(std::string_view id) const;

  const AttachmentFolder& folder_;
  const SyncFile sync_;
  const std::function<void(std::span<std::uint8_t>)> random_;
  const std::function<std::int64_t()> now_;
  mutable std::mutex mutex_;  // guards running_
  std::map<std::string, std::shared_ptr<Running>, std::less<>>
      running_;  // shared with those adding
};

}  // namespace dure::node
