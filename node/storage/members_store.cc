// SPDX-License-Identifier: Apache-2.0
#include "storage/members_store.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "storage/log_tables.h"

namespace dure::node {
namespace {

// The condition is that of the indexes, word for word, else SQLite does not use them.
constexpr const char* kEntries =
    "SELECT key FROM entries INDEXED BY members_entries WHERE "
    "substr(leaf, 1, 19) = x'7b22636c617373223a226d656d62657273222c' "
    "AND key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";
constexpr const char* kMissing =
    "SELECT key FROM entries INDEXED BY members_missing WHERE "
    "substr(leaf, 1, 19) = x'7b22636c617373223a226d656d62657273222c' AND salt IS NULL "
    "AND key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";
constexpr const char* kBodies =
    "SELECT key, salt, body FROM entries INDEXED BY members_entries WHERE "
    "substr(leaf, 1, 19) = x'7b22636c617373223a226d656d62657273222c' "
    "AND key >= ?1 AND key < ?2 ORDER BY key";
constexpr const char* kStore =
    "UPDATE entries SET salt = ?2, body = ?3 WHERE key = ?1 AND salt IS NULL AND "
    "substr(leaf, 1, 19) = x'7b22636c617373223a226d656d62657273222c'";

std::size_t bytes_of(const std::vector<ArrivedBody>& bodies) {
  std::size_t bytes = 0;
  for (const ArrivedBody& body : bodies) bytes += sizeof(ArrivedBody) + body.body.size();
  return bytes;
}

Status write(Connection& connection, LogId log, const ArrivedBody& body) {
  auto update = connection.prepare(kStore);
  if (!update) return std::move(update).error();
  const std::string_view salt(reinterpret_cast<const char*>(body.salt.data()), body.salt.size());
  return update->bind(1, entry_key(log, body.index))
      .bind_blob(2, salt)
      .bind_blob(3, body.body)
      .run();
}

}  // namespace

Result<std::vector<std::uint64_t>> SqliteMembersStore::indexes(const char* sql, LogId log,
                                                               std::uint64_t first,
                                                               std::size_t limit) {
  std::vector<std::uint64_t> found;
  if (first >= kMaxEntries) return found;
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(sql);
  if (!select) return std::move(select).error();
  select->bind(1, entry_key(log, first)).bind(2, entry_key(log + 1, 0));
  auto row = select->bind(3, static_cast<std::int64_t>(limit)).step();
  for (; row && *row; row = select->step())
    found.push_back(static_cast<std::uint64_t>(select->integer(0) - entry_key(log, 0)));
  if (!row) return std::move(row).error();
  return found;
}

Result<std::vector<std::uint64_t>> SqliteMembersStore::entries(LogId log, std::uint64_t first,
                                                               std::size_t limit) {
  return indexes(kEntries, log, first, limit);
}

Result<std::vector<std::uint64_t>> SqliteMembersStore::missing(LogId log, std::uint64_t first,
                                                               std::size_t limit) {
  return indexes(kMissing, log, first, limit);
}

Result<Bytes> SqliteMembersStore::bundle(LogId log, std::uint64_t first, std::uint64_t end,
                                         std::size_t soft_limit) {
  if (end > kMaxEntries || first > end) return Error{ErrorCode::kNotFound, "no such entries"};
  Bytes bundle;
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(kBodies);
  if (!select) return std::move(select).error();
  select->bind(1, entry_key(log, first))
      .bind(2, entry_key(log, 0) + static_cast<std::int64_t>(end));
  std::uint64_t at = first;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    const auto index = static_cast<std::uint64_t>(select->integer(0) - entry_key(log, 0));
    for (; at < index; ++at) append_absent_to_body_bundle(bundle);
    if (at > first && bundle.size() >= soft_limit) return bundle;
    ++at;
    const std::string_view salt = select->bytes(1);
    Salt copy{};
    if (salt.size() != copy.size()) {
      append_absent_to_body_bundle(bundle);
      continue;
    }
    std::memcpy(copy.data(), salt.data(), copy.size());
    append_to_body_bundle(bundle, copy, select->bytes(2));
  }
  if (!row) return std::move(row).error();
  for (; at < end; ++at) append_absent_to_body_bundle(bundle);
  return bundle;
}

Status SqliteMembersStore::store(LogId log, std::vector<ArrivedBody> bodies, Wanted wanted) {
  std::erase_if(bodies, [](const ArrivedBody& body) { return body.index >= kMaxEntries; });
  if (bodies.empty()) return ok();
  const std::size_t bytes = bytes_of(bodies);
  return database_.run(
      [&](Connection& connection) -> Status {
        for (const ArrivedBody& body : bodies) {
          if (wanted && !wanted(body.index)) continue;
          if (auto written = write(connection, log, body); !written) return written;
        }
        return ok();
      },
      bytes);
}

}  // namespace dure::node
