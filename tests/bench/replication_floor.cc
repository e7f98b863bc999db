// SPDX-License-Identifier: Apache-2.0
// The floors of replication and fsck, on the entries of a data folder's own log: the same rows into
// the same schema from a local file, the same texts into a bare full-text table, and SHA-256 of the
// same bytes.
// `measure` prints one line each: what, entries, bytes, seconds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>

#include "app/data_folder.h"
#include "bench/bare_sqlite.h"
#include "bench/bench_report.h"
#include "catalogue/projection.h"
#include "catalogue/tokenizer.h"
#include "dure/encoding.h"
#include "storage/fts_tokenizer.h"
#include "storage/node_store.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kCommitEntries = 4096;

void fail(const std::string& why) {
  std::fprintf(stderr, "bench_replication_floor: %s\n", why.c_str());
  std::exit(3);
}
template <class T>
T must(Result<T> result) {
  if (!result) fail(result.error().detail);
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) fail(status.error().detail);
}

struct Row {
  std::string leaf, salt, body;
  std::size_t bytes() const { return leaf.size() + salt.size() + body.size(); }
};

/// Length-prefixed rows in a flat file: the cheapest thing to read from.
class RowFile {
 public:
  explicit RowFile(std::string path) : path_(std::move(path)) {}

  void write(LogReader& reader, LogId log) const {
    std::ofstream file(path_, std::ios::binary);
    must(reader.scan(log, 0, UINT64_MAX,
                     [&](std::uint64_t, std::string_view leaf, std::optional<BodyView> body) {
                       for (const std::string_view part :
                            {leaf, body ? body->salt : "", body ? body->body : ""}) {
                         const std::uint64_t size = part.size();
                         file.write(reinterpret_cast<const char*>(&size), sizeof size)
                             .write(part.data(), static_cast<std::streamsize>(size));
                       }
                       return true;
                     }));
    if (!file.flush()) fail(path_);
  }

  void read(const std::function<void(const Row&)>& each) const {
    std::ifstream file(path_, std::ios::binary);
    Row row;
    while (take(file, row.leaf) && take(file, row.salt) && take(file, row.body)) each(row);
  }

 private:
  static bool take(std::ifstream& file, std::string& out) {
    std::uint64_t size = 0;
    if (!file.read(reinterpret_cast<char*>(&size), sizeof size)) return false;
    out.resize(size);
    return static_cast<bool>(file.read(out.data(), static_cast<std::streamsize>(size)));
  }
  std::string path_;
};

void print(const char* what, std::uint64_t entries, std::uint64_t bytes, double seconds) {
  std::printf("%s %llu %llu %.4f\n", what, static_cast<unsigned long long>(entries),
              static_cast<unsigned long long>(bytes), seconds);
  std::fflush(stdout);
}

void store(const RowFile& rows, const std::string& path) {
  BareSqlite database(path);
  std::uint64_t count = 0, bytes = 0;
  const auto start = Clock::now();
  database.run("BEGIN IMMEDIATE");
  rows.read([&](const Row& row) {
    database.insert({row.leaf, row.salt, row.body});
    bytes += row.bytes();
    if (++count % kCommitEntries == 0) database.run("COMMIT; BEGIN IMMEDIATE");
  });
  database.run("COMMIT");
  print("store", count, bytes, seconds_since(start));
}

void hash(const RowFile& rows) {
  std::uint64_t count = 0, bytes = 0;
  double seconds = 0;
  std::string chunk;
  const auto flush = [&] {
    const auto start = Clock::now();
    const Hash digest = sha256({chunk});
    seconds += seconds_since(start);
    bytes += chunk.size();
    chunk.assign(1, static_cast<char>(digest[0]));
    chunk.clear();
  };
  rows.read([&](const Row& row) {
    chunk += row.leaf + row.salt + row.body;
    ++count;
    if (chunk.size() > (std::size_t{1} << 20)) flush();
  });
  flush();
  print("sha256", count, bytes, seconds);
}

/// Folded texts into one full-text table and nothing else; projecting and folding is not counted.
class BareIndex {
 public:
  explicit BareIndex(const std::string& path)
      : connection_(must(Connection::open(path, OpenMode::kCreate))) {
    must(register_tokenizer(connection_->handle()));
    must(connection_->execute(
        "PRAGMA cache_size=-12288; PRAGMA secure_delete=FAST; PRAGMA journal_mode=WAL; "
        "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000;"
        "CREATE VIRTUAL TABLE f USING fts5(title, keywords, summary, body, content='', "
        "tokenize='dure')"));
  }

  void add(const CatalogueChange& change) {
    const std::string title = fold_text(change.item.title), keywords = fold_text(change.keywords);
    const std::string summary = fold_text(change.item.summary), body = fold_text(change.body);
    const auto start = Clock::now();
    if (count_ % 1000 == 0) must(connection_->execute("BEGIN"));
    auto insert = must(connection_->prepare(
        "INSERT INTO f(rowid, title, keywords, summary, body) VALUES(?1, ?2, ?3, ?4, ?5)"));
    insert.bind(1, static_cast<std::int64_t>(++count_));
    insert.bind_text(2, title).bind_text(3, keywords).bind_text(4, summary).bind_text(5, body);
    must(insert.run());
    if (count_ % 1000 == 0) must(connection_->execute("COMMIT"));
    seconds_ += seconds_since(start);
  }
  double finish() {
    const auto start = Clock::now();
    if (count_ % 1000 != 0) must(connection_->execute("COMMIT"));
    return seconds_ + seconds_since(start);
  }

 private:
  std::unique_ptr<Connection> connection_;
  std::uint64_t count_ = 0;
  double seconds_ = 0;
};

void index(const RowFile& rows, const std::string& path) {
  BareIndex bare(path);
  std::uint64_t count = 0, bytes = 0;
  rows.read([&](const Row& row) {
    const auto projection =
        project("floor.example/dure/1", count++, row.leaf, BodyView{row.salt, row.body});
    if (projection.outcome == Folded::kChange) bare.add(projection.change);
    bytes += row.body.size();
  });
  print("index", count, bytes, bare.finish());
}

void measure(NodeStore& node, const std::string& folder) {
  const RowFile rows(folder + "/rows");
  rows.write(node.reader(), node.own_log_id());
  store(rows, folder + "/store.db");
  hash(rows);
  index(rows, folder + "/index.db");
}

enum class Parts { kAll, kBody, kBodyLine };

void print_entries(NodeStore& node, std::uint64_t first, std::uint64_t count, Parts parts) {
  must(node.reader().scan(node.own_log_id(), first, count,
                          [&](std::uint64_t, std::string_view leaf, std::optional<BodyView> body) {
                            if (parts == Parts::kAll) std::cout << leaf << (body ? body->salt : "");
                            std::cout << (body ? body->body : "");
                            if (parts == Parts::kBodyLine) std::cout << '\n';
                            return true;
                          }));
}

}  // namespace
}  // namespace dure::node

int usage() {
  std::fprintf(stderr,
               "usage: bench_replication_floor measure DATA EMPTY_FOLDER\n"
               "       bench_replication_floor dump DATA FIRST [COUNT]   leaves, salts and bodies\n"
               "       bench_replication_floor body DATA INDEX\n"
               "       bench_replication_floor bodies DATA              one a line\n");
  return 2;
}

int main(int argc, char** argv) {
  using namespace dure::node;
  if (argc < 3) return usage();
  const std::string what = argv[1];
  const auto number = [&](int at, std::uint64_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  auto node = must(NodeStore::open(DataFolder{argv[2]}.database()));
  if (what == "measure" && argc == 4) {
    measure(*node, argv[3]);
  } else if (what == "dump" && argc >= 4) {
    print_entries(*node, number(3, 0), number(4, UINT64_MAX), Parts::kAll);
  } else if (what == "body" && argc == 4) {
    print_entries(*node, number(3, 0), 1, Parts::kBody);
  } else if (what == "bodies" && argc == 3) {
    print_entries(*node, 0, UINT64_MAX, Parts::kBodyLine);
  } else {
    return usage();
  }
  return 0;
}
