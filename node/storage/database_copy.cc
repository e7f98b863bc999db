// SPDX-License-Identifier: Apache-2.0
#include "storage/database_copy.h"

#include <fcntl.h>
#include <unistd.h>

namespace dure::node {
namespace {

constexpr int kPagesAtOnce = 256;  // between two looks at `stop`

using BackupHandle = std::unique_ptr<sqlite3_backup, FreedBy<sqlite3_backup_finish>>;

Status stopped() {
  return Error{ErrorCode::kUnavailable, "the copy was given up", "publishing.closing"};
}

Status copy_pages(Connection& source, Connection& target, const std::function<bool()>& stop) {
  BackupHandle backup(sqlite3_backup_init(target.handle(), "main", source.handle(), "main"));
  if (backup == nullptr)
    return sqlite_error(target.handle(), sqlite3_errcode(target.handle()), target.path());
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    if (stop && stop()) return stopped();
    code = sqlite3_backup_step(backup.get(), kPagesAtOnce);
  }
  if (code == SQLITE_DONE) code = sqlite3_backup_finish(backup.release());
  if (code != SQLITE_OK) return sqlite_error(nullptr, code, target.path());
  return ok();
}

Status sync_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  return synced ? ok() : Status(sqlite_error(nullptr, SQLITE_IOERR, path));
}

Status copy_into(Connection& source, const std::string& path, const std::function<bool()>& stop) {
  auto target = Connection::open(path, OpenMode::kCreate);
  if (!target) return std::move(target).error();
  // Whoever is interrupted starts again from nothing, so a journal would only cost.
  auto set = (*target)->execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
  if (!set) return set;
  return copy_pages(source, **target, stop);
}

}  // namespace

Status copy_snapshot(Connection& source, const std::string& path,
                     const std::function<bool()>& stop) {
  // The transaction, once it has read, holds on to the moment; without it the copy would start over
  // at every commit of somebody else.
  if (auto begun = source.execute("BEGIN"); !begun) return begun;
  Status copied = ok();
  if (auto pinned = source.query_integer("SELECT count(*) FROM sqlite_schema"); !pinned)
    copied = pinned.error();
  if (copied) copied = copy_into(source, path, stop);
  if (copied) copied = sync_file(path);
  if (auto ended = source.execute("COMMIT"); !ended && copied) copied = ended;
  const bool ours = copied || copied.error().code != ErrorCode::kConflict;
  if (!copied && ours) ::unlink(path.c_str());
  return copied;
}

}  // namespace dure::node
