// SPDX-License-Identifier: Apache-2.0
// Mirrors and a reader over them without a disk: what replication and the routes can be tested
// against.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "replication/ports.h"
#include "support/failures.h"
#include "support/naive_tree.h"

namespace dure::node {

class MemoryMirrors final : public MirrorStore, public LogReader {
 public:
  FailNext fail_begin, fail_store, fail_complete;

  /// Adds an empty log and returns its number.
  LogId add_log(const std::string& origin, bool own = false) {
    const std::lock_guard lock(mutex_);
    const LogId id = static_cast<LogId>(logs_.size()) + 1;
    logs_[id] = Log{origin, own, {}, {}, {}};
    return id;
  }

  /// Puts what is stored under another name and begins the log anew, as HistoryStore does.
  LogId set_aside(LogId id) {
    std::string origin;
    {
      const std::lock_guard lock(mutex_);
      origin = logs_[id].origin;
      logs_[id].origin += " " + std::to_string(id);
    }
    return add_log(origin);
  }

  /// Empties a log, as if an older state had been put back.
  void forget(LogId id) {
    const std::lock_guard lock(mutex_);
    logs_[id] = Log{logs_[id].origin, logs_[id].own, {}, {}, {}};
  }

  Result<MirrorState> mirror(LogId log) override {
    const std::lock_guard lock(mutex_);
    Log* found = find(log);
    if (found == nullptr || found->own) return no_log();
    return MirrorState{found->entries.size(), range_of(*found), found->head, found->pending};
  }
  Status begin(LogId log, std::string_view head) override {
    return fail_begin.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      Log* found = find(log);
      if (found == nullptr || found->own) return no_log();
      found->pending = std::string(head);
      return ok();
    });
  }
  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override {
    done(fail_store.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      Log* found = find(log);
      if (found == nullptr || found->own) return Error{ErrorCode::kInvalid, "not a mirror"};
      if (found->entries.size() != bundle.first) return Error{ErrorCode::kConflict, "out of order"};
      for (auto& entry : bundle.entries) found->entries.push_back(std::move(entry));
      return ok();
    }));
  }
  Status complete(LogId log, std::string_view head) override {
    auto note = parse_note(head);
    if (!note) return std::move(note).error();
    auto checkpoint = parse_checkpoint(note->text);
    if (!checkpoint) return std::move(checkpoint).error();
    return fail_complete.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      Log* found = find(log);
      if (found == nullptr || found->own) return no_log();
      const CompactRange range = range_of(*found);
      if (range.size() != checkpoint->size || range.root() != checkpoint->root) {
        return Error{ErrorCode::kInconsistent, "not this tree"};
      }
      found->head = std::string(head);
      return ok();
    });
  }

  Result<std::vector<KnownLog>> logs() override {
    const std::lock_guard lock(mutex_);
    std::vector<KnownLog> known;
    for (const auto& [id, log] : logs_) {
      if (log.origin.find(' ') == std::string::npos) known.push_back({id, log.origin, log.own});
    }
    std::sort(known.begin(), known.end(),
              [](const auto& a, const auto& b) { return a.origin < b.origin; });
    return known;
  }
  Result<KnownLog> log_by_origin(std::string_view origin) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, log] : logs_) {
      if (log.origin == origin) return KnownLog{id, log.origin, log.own};
    }
    return Error{ErrorCode::kNotFound, "no such log"};
  }
  Result<std::string> head(LogId log) override {
    const std::lock_guard lock(mutex_);
    Log* found = find(log);
    if (found == nullptr || !found->head) return Error{ErrorCode::kNotFound, "no head"};
    return *found->head;
  }
  Result<std::uint64_t> stored(LogId log) override {
    const std::lock_guard lock(mutex_);
    Log* found = find(log);
    return found == nullptr ? std::uint64_t{0} : std::uint64_t{found->entries.size()};
  }
  Result<Bytes> tile(LogId log, const TilePath& tile, std::size_t from,
                     std::size_t soft_limit) override {
    const std::lock_guard lock(mutex_);
    Log* found = find(log);
    if (found == nullptr || from > tile.width) return no_log();
    if (tile.kind == TileKind::kHashes) {
      Bytes bytes = naive_tile(leaf_hashes(*found), tile.level, tile.index, tile.width);
      if (bytes.empty()) return no_log();
      return bytes.substr(from * 32);
    }
    const std::uint64_t start = tile.index * kTileWidth;
    if (start + tile.width > found->entries.size()) return no_log();
    Bytes bytes;
    for (std::uint64_t i = start + from; i < start + tile.width; ++i) {
      append(bytes, tile.kind, found->entries[i]);
      if (tile.kind == TileKind::kBodies && bytes.size() >= soft_limit) break;
    }
    return bytes;
  }
  Result<MirroredEntry> entry(LogId log, std::uint64_t index) override {
    const std::lock_guard lock(mutex_);
    Log* found = find(log);
    if (found == nullptr || index >= found->entries.size()) return no_log();
    return found->entries[index];
  }
  Status scan(LogId log, std::uint64_t first, std::uint64_t count,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&
                  each) override {
    std::vector<MirroredEntry> entries;
    {
      const std::lock_guard lock(mutex_);
      if (Log* found = find(log); found != nullptr) entries = found->entries;
    }
    for (std::uint64_t i = first; i < entries.size() && i - first < count; ++i) {
      std::optional<BodyView> body;
      if (entries[i].salt) body = BodyView{salt_view(*entries[i].salt), entries[i].body};
      if (!each(i, entries[i].leaf, body)) break;
    }
    return ok();
  }
  Result<Hash> node(LogId log, unsigned level, std::uint64_t index) override {
    const std::lock_guard lock(mutex_);
    Log* found = find(log);
    if (found == nullptr || level > 40) return no_log();
    const auto leaves = leaf_hashes(*found);
    const std::uint64_t span = std::uint64_t{1} << level;
    if (index >= leaves.size() || (index + 1) * span > leaves.size()) return no_log();
    return naive_root(std::span<const Hash>(leaves).subspan(index * span, span));
  }

 private:
  struct Log {
    std::string origin;
    bool own = false;
    std::vector<MirroredEntry> entries;
    std::optional<std::string> head, pending;
  };
  static Error no_log() { return {ErrorCode::kNotFound, "not here"}; }
  static std::string_view salt_view(const Salt& salt) {
    return {reinterpret_cast<const char*>(salt.data()), salt.size()};
  }
  static void append(Bytes& bytes, TileKind kind, const MirroredEntry& entry) {
    const bool members = entry.leaf.starts_with(R"({"class":"members",)");
    if (kind == TileKind::kEntries) {
      append_to_entry_bundle(bytes, entry.leaf);
    } else if (entry.salt && !members) {
      append_to_body_bundle(bytes, *entry.salt, entry.body);
    } else {
      append_absent_to_body_bundle(bytes);
    }
  }
  Log* find(LogId id) {
    const auto found = logs_.find(id);
    return found == logs_.end() ? nullptr : &found->second;
  }
  static std::vector<Hash> leaf_hashes(const Log& log) {
    std::vector<Hash> hashes;
    for (const auto& entry : log.entries) hashes.push_back(hash_leaf(entry.leaf));
    return hashes;
  }
  static CompactRange range_of(const Log& log) {
    CompactRange range;
    for (const Hash& hash : leaf_hashes(log)) range.append(hash);
    return range;
  }

  std::mutex mutex_;
  std::map<LogId, Log> logs_;
};

}  // namespace dure::node
