// SPDX-License-Identifier: Apache-2.0
#include "storage/attachment_uploads.h"

#include <array>
#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kMostUploads = 16;

Error no_upload() {
  return {ErrorCode::kNotFound, "no such upload", "errors.attachment_upload_lost"};
}

}  // namespace

std::shared_ptr<AttachmentUploads::Running> AttachmentUploads::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  return found == running_.end() ? nullptr : found->second;
}

Result<Upload> AttachmentUploads::begin(std::uint64_t size) {
  if (size > kMaxAttachmentBytes) {
    return Error{ErrorCode::kTooLarge,
                 "an attachment has at most 2 GiB",
                 "errors.attachment_too_large",
                 {{"size", std::to_string(size)}}};
  }
  std::array<std::uint8_t, 16> name{};
  random_(name);
  const std::string id = hex_encode({reinterpret_cast<const char*>(name.data()), name.size()});
  auto running = std::make_shared<Running>();
  running->list.length = size;
  // SPEC: PROTOCOL.md 6.2: the salt is fresh, and derived from nothing.
  random_(running->list.salt);
  running->touched = now_();
  const std::lock_guard lock(mutex_);
  if (running_.size() >= kMostUploads) {
    return Error{ErrorCode::kUnavailable, "too many uploads at the same time",
                 "errors.attachment_uploads"};
  }
  const auto file = DiskFile::open(folder_.upload(id), DiskFile::Mode::kCreate);
  if (!file) return file.error();
  running_.emplace(id, std::move(running));
  return Upload{id, 0};
}

Result<std::uint64_t> AttachmentUploads::add(std::string_view id, std::uint64_t offset,
                                             std::string_view chunk) {
  const auto running = find(id);
  if (!running) return no_upload();
  const std::lock_guard lock(running->mutex);
  if (running->closed) return no_upload();
  // Whoever sends a chunk again because no answer came learns here that it arrived.
  if (offset != running->received) {
    return Error{ErrorCode::kConflict,
                 "the next chunk begins at " + std::to_string(running->received)};
  }
  const auto index = running->list.chunks.size();
  if (chunk.empty() || chunk.size() != chunk_bytes(running->list.length, index))
    return Error{ErrorCode::kInvalid, "this is not one whole chunk of the announced size"};
  const auto file = DiskFile::open(folder_.upload(id), DiskFile::Mode::kWrite);
  if (!file) return file.error();
  if (auto written = file->write(offset, chunk); !written) return written.error();
  running->list.chunks.push_back(hash_leaf(chunk));
  running->received += chunk.size();
  running->touched = now_();
  return running->received;
}

Result<AttachmentUploads::Finished> AttachmentUploads::finish(std::string_view id) {
  const auto running = find(id);
  if (!running) return no_upload();
  const std::lock_guard lock(running->mutex);
  if (running->closed) return no_upload();
  if (running->received != running->list.length)
    return Error{ErrorCode::kInvalid, "only " + std::to_string(running->received) + " bytes came"};
  const auto path = folder_.upload(id);
  const auto file = DiskFile::open(path, DiskFile::Mode::kWrite);
  if (!file) return file.error();
  if (auto synced = file->sync(sync_); !synced) return synced.error();
  running->closed = true;
  {
    const std::lock_guard all(mutex_);
    running_.erase(running_.find(id));
  }
  return Finished{std::move(running->list), path};
}

void AttachmentUploads::drop(std::string_view id) {
  const auto running = find(id);
  if (!running) return;
  const std::lock_guard lock(running->mutex);
  running->closed = true;
  (void)remove_disk_file(folder_.upload(id));
  const std::lock_guard all(mutex_);
  if (const auto found = running_.find(id); found != running_.end()) running_.erase(found);
}

void AttachmentUploads::drop_older_than(std::int64_t seconds) {
  std::vector<std::pair<std::string, std::shared_ptr<Running>>> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(running_.begin(), running_.end());
  }
  for (const auto& [id, running] : all) {
    bool old = false;
    {
      const std::lock_guard lock(running->mutex);
      old = now_() - running->touched >= seconds;
    }
    if (old) drop(id);
  }
}

std::size_t AttachmentUploads::count() const {
  const std::lock_guard lock(mutex_);
  return running_.size();
}

}  // namespace dure::node
