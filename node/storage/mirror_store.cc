// SPDX-License-Identifier: Apache-2.0
#include "storage/mirror_store.h"

#include <memory>
#include <string>
#include <utility>

namespace dure::node {
namespace {

std::size_t bytes_of(const VerifiedBundle& bundle) {
  std::size_t bytes = sizeof(VerifiedBundle);
  for (const auto& entry : bundle.entries)
    bytes += sizeof(MirroredEntry) + entry.leaf.size() + entry.body.size();
  return bytes;
}

Status set_head(Connection& connection, const char* sql, LogId log, std::string_view head) {
  auto update = connection.prepare(sql);
  if (!update) return std::move(update).error();
  auto updated = update->bind_text(1, head).bind(2, log).run();
  if (!updated) return updated;
  if (connection.changes() == 0)
    return Error{ErrorCode::kNotFound, "no mirror " + std::to_string(log)};
  return ok();
}

std::optional<std::string> optional_text(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.bytes(column));
}

}  // namespace

Result<MirrorState> SqliteMirrorStore::mirror(LogId log) {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  // One snapshot for heads and rows.
  if (auto begun = (*reader)->execute("BEGIN"); !begun) return std::move(begun).error();
  const auto read = [&]() -> Result<MirrorState> {
    MirrorState state;
    auto select =
        (*reader)->prepare("SELECT head, pending_head FROM logs WHERE id = ?1 AND own = 0");
    if (!select) return std::move(select).error();
    auto row = select->bind(1, log).step();
    if (!row) return std::move(row).error();
    if (!*row) return Error{ErrorCode::kNotFound, "no mirror " + std::to_string(log)};
    state.head = optional_text(*select, 0);
    state.pending_head = optional_text(*select, 1);
    auto edge = load_edge(**reader, log);
    if (!edge) return std::move(edge).error();
    state.stored = edge->size();
    state.range = edge->range();
    return state;
  };
  auto state = read();
  if (auto ended = (*reader)->execute("COMMIT"); !ended && state) return std::move(ended).error();
  return state;
}

Status SqliteMirrorStore::begin(LogId log, std::string_view head) {
  return database_.run([&](Connection& connection) {
    return set_head(connection, "UPDATE logs SET pending_head = ?1 WHERE id = ?2 AND own = 0", log,
                    head);
  });
}

void SqliteMirrorStore::store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) {
  const std::size_t bytes = bytes_of(bundle);
  // Shared because a std::function must be copyable; never copied in fact.
  const auto kept = std::make_shared<const VerifiedBundle>(std::move(bundle));
  database_.submit(
      [this, log, kept](Connection& connection) { return write(connection, log, *kept); },
      [this, log, done = std::move(done)](Status status) {
        if (!status) appender_.forget(log);  // rolled back
        done(std::move(status));
      },
      bytes);
}

Status SqliteMirrorStore::write(Connection& connection, LogId log, const VerifiedBundle& bundle) {
  if (log == kOwnLog || log < 1 || log > kMaxLogId)
    return Error{ErrorCode::kInvalid, "not a mirrored log"};
  const auto& hashes = bundle.leaf_hashes;
  if (!hashes.empty() && hashes.size() != bundle.entries.size()) {
    return Error{ErrorCode::kInvalid, "leaf hashes and entries differ in number"};
  }
  const auto row = [&](std::size_t i) {
    const MirroredEntry& entry = bundle.entries[i];
    EntryRow out{entry.leaf, std::nullopt, entry.body, hashes.empty() ? nullptr : &hashes[i]};
    if (entry.salt)
      out.salt =
          std::string_view(reinterpret_cast<const char*>(entry.salt->data()), entry.salt->size());
    return out;
  };
  return appender_.append(connection, log, bundle.first, bundle.entries.size(), row);
}

Status SqliteMirrorStore::complete(LogId log, std::string_view head) {
  auto note = parse_note(head);
  if (!note) return std::move(note).error();
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return std::move(checkpoint).error();
  return database_.run([&](Connection& connection) -> Status {
    auto edge = appender_.edge(connection, log);
    if (!edge) return std::move(edge).error();
    if ((*edge)->size() != checkpoint->size || (*edge)->range().root() != checkpoint->root) {
      return Error{ErrorCode::kInconsistent, "what is stored is not the tree of this head"};
    }
    return set_head(connection, "UPDATE logs SET head = ?1 WHERE id = ?2 AND own = 0", log, head);
  });
}

}  // namespace dure::node
