// SPDX-License-Identifier: Apache-2.0
// What is known of every attachment is in memory, read once from the folder; the folder is changed
// first, memory after it.
#include "storage/attachment_files.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "storage/attachment_folder.h"
#include "storage/attachment_uploads.h"

namespace dure::node {
namespace {

Error not_here() { return {ErrorCode::kNotFound, "no such attachment here"}; }
Error gone() { return {ErrorCode::kGone, "the entry was erased"}; }

class FileContent final : public AttachmentContent {
 public:
  FileContent(DiskFile file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::int64_t read(std::uint64_t offset, std::span<char> out) const override {
    return file_.read(offset, out);
  }

 private:
  const DiskFile file_;
  const std::uint64_t size_;
};

class AttachmentFiles final : public AttachmentStore {
 public:
  explicit AttachmentFiles(AttachmentFilesOptions options)
      : options_(std::move(options)),
        folder_(options_.folder, options_.sync),
        uploads_(folder_, options_.sync, options_.random, options_.now) {}

  Status load() {
    if (options_.may_write) {
      if (auto made = folder_.make(); !made) return made;
      folder_.remove_uploads();  // nobody knows any more how far they were
    }
    auto found = folder_.read();
    if (!found) return std::move(found).error();
    for (auto& attachment : *found) {
      Item item{attachment.size,
                attachment.whole,
                attachment.listed,
                attachment.changed,
                std::move(attachment.owners),
                {}};
      for (const auto& owner : item.owners) by_owner_[owner].insert(attachment.commitment);
      items_.emplace(attachment.commitment, std::move(item));
    }
    return ok();
  }

  Result<Upload> begin_upload(std::uint64_t size) override { return uploads_.begin(size); }
  Result<std::uint64_t> continue_upload(std::string_view id, std::uint64_t offset,
                                        std::string_view chunk) override {
    return uploads_.add(id, offset, chunk);
  }
  void drop_upload(std::string_view id) override { uploads_.drop(id); }

  Result<Uploaded> finish_upload(std::string_view id) override {
    auto finished = uploads_.finish(id);
    if (!finished) return std::move(finished).error();
    const Uploaded uploaded{commit(finished->list), finished->list.length};
    const std::lock_guard working(work_mutex_);
    Status kept = folder_.write_list(uploaded.commitment, finished->list);
    if (kept) kept = folder_.place(finished->path, uploaded.commitment);
    if (!kept) {
      (void)remove_disk_file(finished->path);
      (void)folder_.remove(uploaded.commitment);
      return std::move(kept).error();
    }
    const std::lock_guard lock(mutex_);
    items_.insert_or_assign(uploaded.commitment,
                            Item{uploaded.size, true, true, options_.now(), {}, {}});
    ++changes_;
    return uploaded;
  }

  std::optional<HeldAttachment> find(const Hash& commitment) const override {
    const std::lock_guard lock(mutex_);
    const auto item = items_.find(commitment);
    if (item == items_.end() || !item->second.listed) return std::nullopt;
    HeldAttachment held{item->second.size, item->second.whole};
    if (!item->second.owners.empty()) held.owner = *item->second.owners.begin();
    return held;
  }

  std::vector<AttachmentOwner> owners(const Hash& commitment) const override {
    const std::lock_guard lock(mutex_);
    const auto item = items_.find(commitment);
    if (item == items_.end()) return {};
    return {item->second.owners.begin(), item->second.owners.end()};
  }

  Result<Bytes> chunk_list(const Hash& commitment) const override {
    if (!find(commitment)) return not_here();
    return read_disk_file(folder_.list(commitment), chunk_list_bytes(kMaxAttachmentBytes));
  }

  Result<std::shared_ptr<const AttachmentContent>> open(const Hash& commitment) const override {
    const auto held = find(commitment);
    if (!held || !held->whole) return not_here();
    auto file = DiskFile::open(folder_.data(commitment), DiskFile::Mode::kRead);
    if (!file) return std::move(file).error();
    return std::shared_ptr<const AttachmentContent>(
        std::make_shared<FileContent>(*std::move(file), held->size));
  }

  Status add_owner(const Hash& commitment, const AttachmentOwner& owner) override {
    const std::lock_guard working(work_mutex_);
    if (options_.is_erased(owner)) return gone();
    const auto held = find(commitment);
    if (!held || !held->whole) return not_here();
    return own(commitment, owner, /*pending=*/true);
  }

  void settle_owner(const AttachmentOwner& owner) override {
    const std::lock_guard lock(mutex_);
    const auto owned = by_owner_.find(owner);
    if (owned == by_owner_.end()) return;
    for (const auto& commitment : owned->second) {
      if (const auto item = items_.find(commitment); item != items_.end())
        item->second.pending.erase(owner);
    }
  }

  Status begin_fetch(const Hash& commitment, const ChunkList& list,
                     const AttachmentOwner& owner) override {
    const std::lock_guard working(work_mutex_);
    if (options_.is_erased(owner)) return gone();
    if (!find(commitment)) {
      // What refers to it comes first: nothing is on disk that an erasure would not find.
      if (auto made = folder_.make_shard(commitment); !made) return made;
      if (auto kept = folder_.write_refs(commitment, {owner}); !kept) return kept;
      if (auto kept = folder_.write_list(commitment, list); !kept) return kept;
      const std::lock_guard lock(mutex_);
      items_.insert_or_assign(commitment,
                              Item{list.length, false, true, options_.now(), {owner}, {}});
      by_owner_[owner].insert(commitment);
      return ok();
    }
    return own(commitment, owner, /*pending=*/false);
  }

  Result<std::uint64_t> fetched(const Hash& commitment) override {
    const auto list = folder_.read_list(commitment);
    if (!find(commitment) || !list) return not_here();
    const auto file = DiskFile::open(folder_.part(commitment), DiskFile::Mode::kWrite);
    if (!file && file.error().code == ErrorCode::kNotFound) return std::uint64_t{0};
    if (!file) return file.error();
    std::uint64_t good = 0;
    std::vector<char> chunk(kChunkBytes);
    for (; good < list->chunks.size(); ++good) {
      const auto wanted = chunk_bytes(list->length, good);
      const auto count = file->read(good * kChunkBytes, std::span(chunk).first(wanted));
      if (count != static_cast<std::int64_t>(wanted)) break;
      if (!check_chunk(*list, good, {chunk.data(), wanted})) break;
    }
    const auto bytes = std::min(good * kChunkBytes, list->length);
    if (auto cut = file->cut(bytes); !cut) return cut.error();
    return good;
  }

  Status add_chunk(const Hash& commitment, std::uint64_t index, std::string_view bytes) override {
    const std::lock_guard working(work_mutex_);
    const auto held = find(commitment);
    if (!held || !held->owner) return gone();
    const auto file = DiskFile::open(folder_.part(commitment), DiskFile::Mode::kCreate);
    if (!file) return file.error();
    const auto size = file->size();
    if (!size) return size.error();
    if (*size != index * kChunkBytes)
      return Error{ErrorCode::kConflict, "another chunk comes next"};
    return file->write(*size, bytes);
  }

  Status finish_fetch(const Hash& commitment) override {
    // On disk before anybody is kept waiting.
    const auto file = DiskFile::open(folder_.part(commitment), DiskFile::Mode::kCreate);
    if (!file) return file.error();
    if (auto synced = file->sync(options_.sync); !synced) return synced;
    const std::lock_guard working(work_mutex_);
    const auto held = find(commitment);
    if (!held || !held->owner) {
      (void)remove_disk_file(folder_.part(commitment));
      return gone();
    }
    const auto size = file->size();
    if (!size) return size.error();
    if (*size != held->size) return Error{ErrorCode::kConflict, "not all of it is here"};
    if (auto placed = folder_.place(folder_.part(commitment), commitment); !placed) return placed;
    const std::lock_guard lock(mutex_);
    items_[commitment].whole = true;
    ++changes_;
    return ok();
  }

  Status erase(std::string_view origin, std::span<const std::uint64_t> indexes) override {
    const std::lock_guard working(work_mutex_);
    for (const std::uint64_t index : indexes) {
      const AttachmentOwner owner{std::string(origin), index};
      for (const auto& commitment : owned_by(owner)) {
        if (auto taken = take_from(commitment, owner); !taken) return taken;
      }
      const std::lock_guard lock(mutex_);
      by_owner_.erase(owner);
    }
    return ok();
  }

  std::uint64_t changes() const override { return changes_; }

  AttachmentTotals totals() const override {
    AttachmentTotals totals;
    const std::lock_guard lock(mutex_);
    for (const auto& [commitment, item] : items_) {
      if (!item.listed) continue;
      if (!item.whole) ++totals.unfinished;
      if (is_own(item)) {
        ++totals.own;
        totals.own_bytes += item.size;
      } else {
        ++totals.mirrored;
        totals.mirrored_bytes += item.size;
      }
    }
    totals.unfinished += uploads_.count();
    return totals;
  }

  Result<std::vector<Hash>> check() const override {
    std::vector<Hash> damaged;
    for (const auto& commitment : whole_ones()) {
      if (!is_intact(commitment) && find(commitment)) damaged.push_back(commitment);
    }
    return damaged;
  }

  void drop_unused(std::int64_t seconds) override {
    uploads_.drop_older_than(seconds);
    const std::lock_guard working(work_mutex_);
    std::vector<Hash> unused;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [commitment, item] : items_) {
        if (item.owners.empty() && options_.now() - item.changed >= seconds)
          unused.push_back(commitment);
      }
      for (const auto& commitment : unused) items_.erase(commitment);
    }
    for (const auto& commitment : unused) (void)folder_.remove(commitment);
  }

 private:
  struct Item {
    std::uint64_t size = 0;
    bool whole = false;
    bool listed = false;  // false also once it is being erased
    std::int64_t changed = 0;
    std::set<AttachmentOwner> owners;
    std::set<AttachmentOwner> pending;  // of those, the ones whose entry may not be stored yet
  };

  bool is_own(const Item& item) const {
    return item.owners.empty() ||
           std::any_of(item.owners.begin(), item.owners.end(),
                       [&](const auto& owner) { return owner.origin == options_.own_origin; });
  }

  /// With work_mutex_.
  Status own(const Hash& commitment, const AttachmentOwner& owner, bool pending) {
    std::set<AttachmentOwner> owners;
    {
      const std::lock_guard lock(mutex_);
      Item& item = items_[commitment];
      if (!item.owners.empty() && item.owners.begin()->origin != owner.origin)
        return Error{ErrorCode::kConflict, "this attachment belongs to another log"};
      if (pending) item.pending.insert(owner);
      owners = item.owners;
    }
    if (owners.insert(owner).second) {
      if (auto kept = folder_.write_refs(commitment, owners); !kept) return kept;
    }
    const std::lock_guard lock(mutex_);
    items_[commitment].owners = std::move(owners);
    by_owner_[owner].insert(commitment);
    return ok();
  }

  std::set<Hash> owned_by(const AttachmentOwner& owner) const {
    const std::lock_guard lock(mutex_);
    const auto owned = by_owner_.find(owner);
    return owned == by_owner_.end() ? std::set<Hash>() : owned->second;
  }

  /// With work_mutex_.
  Status take_from(const Hash& commitment, const AttachmentOwner& owner) {
    std::set<AttachmentOwner> owners, pending;
    {
      const std::lock_guard lock(mutex_);
      const auto item = items_.find(commitment);
      if (item == items_.end()) return ok();
      owners = item->second.owners;
      pending = item->second.pending;
    }
    owners.erase(owner);
    // An append that failed may have left an owner that never came to be.
    std::erase_if(owners, [&](const auto& other) {
      return !pending.contains(other) && !options_.refers_to(other, commitment);
    });
    if (!owners.empty()) {
      if (auto kept = folder_.write_refs(commitment, owners); !kept) return kept;
      const std::lock_guard lock(mutex_);
      items_[commitment].owners = std::move(owners);
      return ok();
    }
    {
      const std::lock_guard lock(mutex_);
      items_[commitment].listed = false;  // from now on nobody finds it
      ++changes_;
    }
    if (auto removed = folder_.remove(commitment); !removed) return removed;
    const std::lock_guard lock(mutex_);
    items_.erase(commitment);
    return ok();
  }

  std::vector<Hash> whole_ones() const {
    std::vector<Hash> whole;
    const std::lock_guard lock(mutex_);
    for (const auto& [commitment, item] : items_) {
      if (item.whole && item.listed) whole.push_back(commitment);
    }
    return whole;
  }

  bool is_intact(const Hash& commitment) const {
    const auto list = folder_.read_list(commitment);
    if (!list || !check_chunk_list(*list, list->length, commitment)) return false;
    const auto file = DiskFile::open(folder_.data(commitment), DiskFile::Mode::kRead);
    if (!file) return false;
    std::vector<char> chunk(kChunkBytes);
    for (std::uint64_t i = 0; i < list->chunks.size(); ++i) {
      const auto wanted = std::span(chunk).first(chunk_bytes(list->length, i));
      const auto count = file->read(i * kChunkBytes, wanted);
      if (count != static_cast<std::int64_t>(wanted.size())) return false;
      if (!check_chunk(*list, i, {wanted.data(), wanted.size()})) return false;
    }
    const auto size = file->size();
    return size && *size == list->length;
  }

  const AttachmentFilesOptions options_;
  const AttachmentFolder folder_;
  AttachmentUploads uploads_;
  std::mutex work_mutex_;     // one changes the folder at a time; held while writing
  mutable std::mutex mutex_;  // guards what follows; never held while reading or writing
  std::atomic<std::uint64_t> changes_ = 0;
  std::map<Hash, Item> items_;
  std::map<AttachmentOwner, std::set<Hash>> by_owner_;
};

}  // namespace

Result<std::unique_ptr<AttachmentStore>> open_attachment_files(AttachmentFilesOptions options) {
  if (!options.sync) options.sync = [](int descriptor) { return ::fsync(descriptor); };
  auto files = std::make_unique<AttachmentFiles>(std::move(options));
  if (auto loaded = files->load(); !loaded) return std::move(loaded).error();
  return std::unique_ptr<AttachmentStore>(std::move(files));
}

}  // namespace dure::node
