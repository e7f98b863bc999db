// SPDX-License-Identifier: Apache-2.0
#include "storage/private_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace dure::node {

Status create_private_file(const std::string& path, const Schema& schema) {
  const std::string made = path + ".new";
  for (const char* suffix : {"", "-wal", "-shm"}) unlink((made + suffix).c_str());
  if (auto created = Database::create(made, schema); !created) return created;
  const bool placed =
      chmod(made.c_str(), S_IRUSR | S_IWUSR) == 0 && std::rename(made.c_str(), path.c_str()) == 0;
  return placed ? ok() : Status(sqlite_error(nullptr, SQLITE_CANTOPEN, path));
}

Result<std::unique_ptr<Database>> open_private_file(const std::string& path, const Schema& schema) {
  DatabaseOptions options;
  options.max_readers = 4;
  options.writer_cache_kib = options.reader_cache_kib = 256;
  return Database::open(path, schema, options);
}

Status check_private_file(Database& database) {
  const auto reader = database.reader();
  if (!reader) return reader.error();
  auto select = (*reader)->prepare("PRAGMA integrity_check(1)");
  if (!select) return std::move(select).error();
  auto row = select->step();
  if (!row) return std::move(row).error();
  if (select->bytes(0) == "ok") return ok();
  return sqlite_error(nullptr, SQLITE_CORRUPT, database.path());
}

}  // namespace dure::node
