// SPDX-License-Identifier: Apache-2.0
// The floor of catalogue benches: FTS5 with our tokenizer and nothing around it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "bench/bench_report.h"
#include "bench/search_corpus.h"
#include "catalogue/tokenizer.h"
#include "storage/fts_tokenizer.h"
#include "storage/sqlite.h"

namespace dure::node {

inline void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(70);
}

/// Seconds of processor time of the whole program: what a crowded machine does not change much.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// `thread` is the processor time of the thread that inserts.
struct Spent {
  double wall = 0, processor = 0, thread = 0;
};

class Watch {
 public:
  Spent spent() const {
    return {seconds_since(start_), processor_seconds() - processor_, thread_seconds() - thread_};
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double processor_ = processor_seconds(), thread_ = thread_seconds();
};

inline std::unique_ptr<Connection> open_bare(const std::string& path, OpenMode mode,
                                             int cache_kib) {
  auto connection = Connection::open(path, mode);
  must(connection.has_value(), "open");
  must(register_tokenizer((*connection)->handle()).has_value(), "tokenizer");
  const std::string pragma =
      "PRAGMA cache_size=-" + std::to_string(cache_kib) + "; PRAGMA secure_delete=FAST";
  must((*connection)->execute(pragma.c_str()).has_value(), "pragma");
  return *std::move(connection);
}

constexpr const char* kFtsDefaults = "";
constexpr const char* kFtsTuned =
    "INSERT INTO f(f, rank) VALUES('automerge', 16);"
    "INSERT INTO f(f, rank) VALUES('crisismerge', 32);"
    "INSERT INTO f(f, rank) VALUES('hashsize', 8388608)";

/// `count` texts into a new full-text table, folded and tokenised like the catalogue's, with
/// `batch` rows in a transaction. `columnsize` as FTS5 needs it for bm25(), or 0 as the catalogue
/// has it.
inline Spent bare_insert(const std::string& path, const std::vector<CatalogueChange>& ring,
                         std::uint64_t count, std::size_t batch, int columnsize,
                         const char* options) {
  auto connection = open_bare(path, OpenMode::kCreate, 12 * 1024);
  const std::string table =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000;"
      "CREATE VIRTUAL TABLE f USING fts5(title, keywords, summary, body, content='', "
      "columnsize=" +
      std::to_string(columnsize) + ", tokenize='dure')";
  must(connection->execute(table.c_str()).has_value(), "create");
  must(connection->execute(options).has_value(), "options");
  const Watch watch;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % batch == 0) must(connection->execute("BEGIN").has_value(), "begin");
    const CatalogueChange& change = ring[i % ring.size()];
    const std::string title = fold_text(change.item.title), keywords = fold_text(change.keywords);
    const std::string summary = fold_text(change.item.summary), body = fold_text(change.body);
    auto insert = connection->prepare(
        "INSERT INTO f(rowid, title, keywords, summary, body) VALUES(?1, ?2, ?3, ?4, ?5)");
    must(insert.has_value(), "prepare");
    insert->bind(1, static_cast<std::int64_t>(i + 1)).bind_text(2, title).bind_text(3, keywords);
    must(insert->bind_text(4, summary).bind_text(5, body).run().has_value(), "insert");
    if ((i + 1) % batch == 0 || i + 1 == count)
      must(connection->execute("COMMIT").has_value(), "commit");
  }
  return watch.spent();
}

}  // namespace dure::node
