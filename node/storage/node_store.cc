// SPDX-License-Identifier: Apache-2.0
#include "storage/node_store.h"

#include <utility>

#include "storage/body_store.h"
#include "storage/database.h"
#include "storage/evidence_store.h"
#include "storage/generation.h"
#include "storage/history_store.h"
#include "storage/log_reader.h"
#include "storage/log_tables.h"
#include "storage/members_store.h"
#include "storage/mirror_store.h"
#include "storage/own_log.h"
#include "storage/peer_book.h"

namespace dure::node {

class NodeStore::Impl {
 public:
  std::string own_origin;
  LogAppender appender;  // writer thread only
  std::unique_ptr<SqliteOwnLog> own_log;
  std::unique_ptr<SqliteMirrorStore> mirrors;
  std::unique_ptr<SqliteLogReader> reader;
  std::unique_ptr<SqlitePeerBook> peer_book;
  std::unique_ptr<SqliteBodyStore> bodies;
  std::unique_ptr<SqliteEvidenceStore> evidence;
  std::unique_ptr<SqliteMembersStore> members;
  std::unique_ptr<SqliteHistoryStore> histories;
  // Last, so that it closes first: jobs still waiting call back into the ports above.
  std::unique_ptr<Database> database;
};

Status NodeStore::create(const std::string& path, const std::string& origin) {
  if (!is_origin(origin)) return Error{ErrorCode::kInvalid, "not an origin: " + printable(origin)};
  if (auto made = Database::create(path, node_schema()); !made) return made;
  auto database = Database::open(path, node_schema());
  if (!database) return std::move(database).error();
  return (*database)->run([&](Connection& connection) -> Status {
    auto insert = connection.prepare("INSERT INTO logs(id, origin, own) VALUES(?1, ?2, 1)");
    if (!insert) return std::move(insert).error();
    return insert->bind(1, kOwnLog).bind_text(2, origin).run();
  });
}

Status NodeStore::begin_generation(const std::string& path, const std::string& origin) {
  if (!is_origin(origin)) return Error{ErrorCode::kInvalid, "not an origin: " + printable(origin)};
  auto database = Database::open(path, node_schema());
  if (!database) return std::move(database).error();
  return (*database)->run([&](Connection& connection) { return move_own_log(connection, origin); });
}

Result<std::unique_ptr<NodeStore>> NodeStore::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  auto database = Database::open(path, node_schema());
  if (!database) return std::move(database).error();
  impl->database = std::move(*database);
  auto own_log = SqliteOwnLog::open(*impl->database, impl->appender);
  if (!own_log) return std::move(own_log).error();
  impl->own_log = std::move(*own_log);
  impl->mirrors = std::make_unique<SqliteMirrorStore>(*impl->database, impl->appender);
  impl->reader = std::make_unique<SqliteLogReader>(*impl->database, *impl->own_log);
  impl->peer_book = std::make_unique<SqlitePeerBook>(*impl->database);
  impl->bodies = std::make_unique<SqliteBodyStore>(*impl->database, *impl->own_log);
  impl->evidence = std::make_unique<SqliteEvidenceStore>(*impl->database);
  impl->members = std::make_unique<SqliteMembersStore>(*impl->database);
  impl->histories = std::make_unique<SqliteHistoryStore>(*impl->database);
  auto logs = impl->reader->logs();
  if (!logs) return std::move(logs).error();
  for (const KnownLog& log : *logs) {
    if (log.own && log.id == kOwnLog) impl->own_origin = log.origin;
  }
  if (impl->own_origin.empty()) {
    // `init` was cut off between making the tables and naming the log.
    return Error{
        ErrorCode::kStorage, path + " names no own log", "storage.incomplete", {{"path", path}}};
  }
  return std::unique_ptr<NodeStore>(new NodeStore(std::move(impl)));
}

NodeStore::NodeStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NodeStore::~NodeStore() { impl_->own_log->close(); }
OwnLog& NodeStore::own_log() { return *impl_->own_log; }
MirrorStore& NodeStore::mirrors() { return *impl_->mirrors; }
LogReader& NodeStore::reader() { return *impl_->reader; }
PeerBook& NodeStore::peer_book() { return *impl_->peer_book; }
BodyStore& NodeStore::bodies() { return *impl_->bodies; }
EvidenceStore& NodeStore::evidence() { return *impl_->evidence; }
MembersStore& NodeStore::members() { return *impl_->members; }
HistoryStore& NodeStore::histories() { return *impl_->histories; }
Status NodeStore::copy_to(const std::string& path, const std::function<bool()>& stop) {
  return impl_->database->copy_to(path, stop);
}
LogId NodeStore::own_log_id() const { return kOwnLog; }
const std::string& NodeStore::own_origin() const { return impl_->own_origin; }
std::size_t NodeStore::backlog() const { return impl_->database->backlog(); }
std::uint64_t NodeStore::commits() const { return impl_->database->commits(); }

}  // namespace dure::node
