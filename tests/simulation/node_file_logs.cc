// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "simulation/node_file.h"

namespace dure::simulation {
namespace {

Error not_here() { return {ErrorCode::kNotFound, "not here"}; }

std::string_view salt_view(const Salt& salt) {
  return {reinterpret_cast<const char*>(salt.data()), salt.size()};
}

void append_to(Bytes& bytes, TileKind kind, const MirroredEntry& entry) {
  const bool members = entry.leaf.starts_with(R"({"class":"members",)");
  if (kind == TileKind::kEntries) {
    append_to_entry_bundle(bytes, entry.leaf);
  } else if (entry.salt && !members) {
    append_to_body_bundle(bytes, *entry.salt, entry.body);
  } else {
    append_absent_to_body_bundle(bytes);
  }
}

Result<Checkpoint> checkpoint_of(std::string_view head) {
  auto note = parse_note(head);
  if (!note) return std::move(note).error();
  return parse_checkpoint(note->text);
}

}  // namespace

LogTable* LogsFile::find(LogId log) {
  const bool there = log >= 1 && static_cast<std::size_t>(log) <= db_.logs.size();
  return there ? &db_.logs[static_cast<std::size_t>(log - 1)] : nullptr;
}

LogTable* LogsFile::find_mirror(LogId log) { return log == kOwn ? nullptr : find(log); }

/// What waits to be written goes along.
template <class Write>
Status LogsFile::commit(const Write& write) {
  const std::lock_guard lock(mutex_);
  return power_.write(DiskFile::kNode, [&]() -> Status {
    auto written = write();
    if (written) db_.logs[0].head = published_;
    return written;
  });
}

LogId LogsFile::add_mirror(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < db_.logs.size(); ++i) {
    if (db_.logs[i].origin == origin) return static_cast<LogId>(i + 1);
  }
  db_.logs.emplace_back(origin);
  return static_cast<LogId>(db_.logs.size());
}

void LogsFile::flush() {
  (void)commit([] { return ok(); });
}

std::uint64_t LogsFile::size() {
  const std::lock_guard lock(mutex_);
  return db_.logs[0].tree.size();
}

Result<CompactRange> LogsFile::range() {
  const std::lock_guard lock(mutex_);
  return db_.logs[0].tree.range_at(db_.logs[0].tree.size());
}

Status LogsFile::append(std::uint64_t first, std::span<const NewEntry> entries) {
  return commit([&]() -> Status {
    LogTable& own = db_.logs[0];
    if (own.tree.size() != first) return Error{ErrorCode::kConflict, "not at the end"};
    for (const NewEntry& entry : entries) {
      const OwnRecord record{entry.id, entry.rev, own.tree.size(), entry.type, entry.source};
      own.records.insert_or_assign(entry.id, record);
      own.entries.push_back({entry.leaf, std::nullopt, entry.body_absent ? "" : entry.body});
      if (!entry.body_absent) own.entries.back().salt = entry.salt;
      own.tree.append(entry.leaf_hash);
    }
    return ok();
  });
}

Result<std::optional<OwnRecord>> LogsFile::find_by_id(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = db_.logs[0].records.find(id);
  return found == db_.logs[0].records.end() ? std::optional<OwnRecord>()
                                            : std::optional(found->second);
}

Result<std::optional<OwnRecord>> LogsFile::find_by_source(std::string_view source) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, record] : db_.logs[0].records) {
    if (!source.empty() && record.source == source) return std::optional(record);
  }
  return std::optional<OwnRecord>();
}

Result<EntryClass> LogsFile::entry_class(std::uint64_t index) {
  const std::lock_guard lock(mutex_);
  const auto& entries = db_.logs[0].entries;
  if (index >= entries.size()) return not_here();
  const auto leaf = parse_leaf(entries[index].leaf);
  if (!leaf) return leaf.error();
  return leaf->entry_class;
}

Result<std::optional<std::string>> LogsFile::body(std::uint64_t index) {
  const std::lock_guard lock(mutex_);
  const auto& entries = db_.logs[0].entries;
  if (index >= entries.size()) return not_here();
  if (!entries[index].salt) return std::optional<std::string>();
  return std::optional(entries[index].body);
}

Status LogsFile::publish_head(const SignedCheckpoint& head) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  published_ = format_note(head.note);
  return ok();
}

Result<std::optional<std::string>> LogsFile::published_head() {
  const std::lock_guard lock(mutex_);
  return published_;
}

Result<MirrorState> LogsFile::mirror(LogId log) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  const LogTable* found = find_mirror(log);
  if (found == nullptr) return not_here();
  return MirrorState{found->tree.size(), found->tree.range_at(found->tree.size()), found->head,
                     found->pending};
}

Status LogsFile::begin(LogId log, std::string_view head) {
  return commit([&]() -> Status {
    LogTable* found = find_mirror(log);
    if (found == nullptr) return not_here();
    found->pending = std::string(head);
    return ok();
  });
}

void LogsFile::store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) {
  done(commit([&]() -> Status {
    LogTable* found = find_mirror(log);
    if (found == nullptr) return Error{ErrorCode::kInvalid, "not a mirror"};
    if (found->tree.size() != bundle.first) return Error{ErrorCode::kConflict, "out of order"};
    for (const auto& entry : bundle.entries) {
      found->tree.append(hash_leaf(entry.leaf));
      found->entries.push_back(entry);
    }
    return ok();
  }));
}

Status LogsFile::complete(LogId log, std::string_view head) {
  const auto checkpoint = checkpoint_of(head);
  if (!checkpoint) return checkpoint.error();
  return commit([&]() -> Status {
    LogTable* found = find_mirror(log);
    if (found == nullptr) return not_here();
    if (found->tree.size() != checkpoint->size ||
        !found->tree.has(checkpoint->size, checkpoint->root))
      return Error{ErrorCode::kInconsistent, "not this tree"};
    found->head = std::string(head);
    return ok();
  });
}

Result<std::vector<KnownLog>> LogsFile::logs() {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  std::vector<KnownLog> known;
  for (std::size_t i = 0; i < db_.logs.size(); ++i)
    known.push_back({static_cast<LogId>(i + 1), db_.logs[i].origin, db_.logs[i].own});
  std::sort(known.begin(), known.end(),
            [](const auto& a, const auto& b) { return a.origin < b.origin; });
  return known;
}

Result<KnownLog> LogsFile::log_by_origin(std::string_view origin) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < db_.logs.size(); ++i) {
    if (db_.logs[i].origin == origin)
      return KnownLog{static_cast<LogId>(i + 1), db_.logs[i].origin, db_.logs[i].own};
  }
  return not_here();
}

Result<std::string> LogsFile::head(LogId log) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  const LogTable* found = find(log);
  if (found == nullptr) return not_here();
  const auto& head = found->own ? published_ : found->head;
  if (!head) return not_here();
  return *head;
}

Result<std::uint64_t> LogsFile::stored(LogId log) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  const LogTable* found = find(log);
  return found == nullptr ? std::uint64_t{0} : found->tree.size();
}

Result<Bytes> LogsFile::tile(LogId log, const TilePath& tile, std::size_t from,
                             std::size_t soft_limit) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  const LogTable* found = find(log);
  if (found == nullptr || from > tile.width) return not_here();
  const std::uint64_t start = tile.index * kTileWidth;
  Bytes bytes;
  for (std::uint64_t i = start; i < start + tile.width; ++i) {
    if (tile.kind == TileKind::kHashes) {
      const Hash* hash = found->tree.node(8 * tile.level, i);
      if (hash == nullptr) return not_here();
      if (i >= start + from) bytes += as_view(*hash);
      continue;
    }
    if (i >= found->entries.size()) return not_here();
    const bool full = tile.kind == TileKind::kBodies && bytes.size() >= soft_limit;
    if (i >= start + from && !full) append_to(bytes, tile.kind, found->entries[i]);
  }
  return bytes;
}

Result<MirroredEntry> LogsFile::entry(LogId log, std::uint64_t index) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  const LogTable* found = find(log);
  if (found == nullptr || index >= found->entries.size()) return not_here();
  return found->entries[index];
}

Status LogsFile::scan(
    LogId log, std::uint64_t first, std::uint64_t count,
    const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>& each) {
  if (!power_.on()) return Power::gone();
  std::vector<MirroredEntry> entries;
  {
    const std::lock_guard lock(mutex_);
    if (const LogTable* found = find(log)) entries = found->entries;
  }
  for (std::uint64_t i = first; i < entries.size() && i - first < count; ++i) {
    std::optional<BodyView> body;
    if (entries[i].salt) body = BodyView{salt_view(*entries[i].salt), entries[i].body};
    if (!each(i, entries[i].leaf, body)) break;
  }
  return ok();
}

Result<Hash> LogsFile::node(LogId log, unsigned level, std::uint64_t index) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  const LogTable* found = find(log);
  const Hash* hash = found == nullptr ? nullptr : found->tree.node(level, index);
  if (hash == nullptr) return not_here();
  return *hash;
}

Result<std::vector<std::uint64_t>> LogsFile::present(LogId log,
                                                     std::span<const std::uint64_t> indexes) {
  if (!power_.on()) return Power::gone();
  const std::lock_guard lock(mutex_);
  std::vector<std::uint64_t> present;
  const LogTable* found = find(log);
  for (const std::uint64_t index : indexes) {
    if (found != nullptr && index < found->entries.size() && found->entries[index].salt)
      present.push_back(index);
  }
  return present;
}

Status LogsFile::erase(LogId log, std::span<const std::uint64_t> indexes) {
  return commit([&]() -> Status {
    LogTable* found = find(log);
    for (const std::uint64_t index : indexes) {
      if (found == nullptr || index >= found->entries.size()) continue;
      found->entries[index].salt.reset();
      found->entries[index].body.clear();
      for (auto& [id, record] : found->records) {
        if (record.index == index) record.source.clear();
      }
    }
    return ok();
  });
}

Status LogsFile::sweep(Sweep) {
  return commit([] { return ok(); });
}

}  // namespace dure::simulation
