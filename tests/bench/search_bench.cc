// SPDX-License-Identifier: Apache-2.0
// Search and projection beside bare FTS5 with the same tokenizer and the same texts, in one run.
//
//   bench_search [documents=100000] [seconds=8] [threads=64]
#include <sqlite3.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench_report.h"
#include "catalogue/query.h"
#include "catalogue/tokenizer.h"
#include "dure/encoding.h"
#include "storage/catalogue_store.h"
#include "storage/fts_tokenizer.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

using Clock = std::chrono::steady_clock;

/// Korean-looking catalogue texts of about a kilobyte from a fixed seed. Word frequencies fall like
/// in real text.
class Texts {
 public:
  Texts() {
    const char* syllables[] = {
        "교", "통", "주", "차", "노", "인", "돌", "봄", "안", "전", "도", "시", "환", "경", "민",
        "원", "복", "지", "청", "년", "장", "애", "어", "린", "이", "학", "생", "건", "강", "문",
        "화", "관", "광", "재", "난", "수", "질", "에", "너", "지", "일", "자", "리", "창", "업",
        "농", "촌", "산", "림", "소", "상", "공", "버", "스", "택", "전", "기", "가", "로", "등"};
    for (int i = 0; i < 6000; ++i) {
      std::string word;
      const int count = 2 + static_cast<int>(random_() % 3);
      for (int k = 0; k < count; ++k) word += syllables[random_() % std::size(syllables)];
      words_.push_back(word);
    }
  }
  const std::string& word() {
    // Zipf-like: most draws fall on the first few hundred words.
    const double u = static_cast<double>(random_() >> 11U) * 0x1.0p-53;
    return words_[static_cast<std::size_t>(static_cast<double>(words_.size()) * u * u * u)];
  }
  std::string sentence(std::size_t count) {
    static const char* const kEndings[] = {"", "", "을", "의", "에서", "와", "은"};
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
      out += word() + kEndings[random_() % std::size(kEndings)] + ' ';
    return out;
  }
  std::uint64_t number() { return random_(); }

 private:
  std::mt19937_64 random_{20261122};  // NOLINT(cert-msc51-cpp): the same texts in every run
  std::vector<std::string> words_;
};

std::vector<CatalogueChange> make_documents(std::size_t count, Texts& texts) {
  static const char* const kRegions[] = {"41110", "41130", "11110", "26110", "51110"};
  std::vector<CatalogueChange> changes(count);
  for (std::size_t i = 0; i < count; ++i) {
    CatalogueItem& item = changes[i].item;
    Bytes id;
    append_u64be(id, texts.number());
    append_u64be(id, texts.number());
    item.id = base32_encode(id);
    item.origin = "town" + std::to_string(i % 5) + ".example/dure/1";
    item.rev = 1;
    item.index = i;
    item.type = i % 10 == 0 ? "practice" : "service";
    item.region = kRegions[i % 5];
    item.modified = "2024-0" + std::to_string(1 + texts.number() % 9) + "-1" +
                    std::to_string(texts.number() % 10);
    item.title = texts.sentence(4);
    item.summary = texts.sentence(15);
    changes[i].keywords = texts.sentence(5);
    changes[i].body = texts.sentence(70);
  }
  return changes;
}

void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(70);
}

double resident_mib() {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::unique_ptr<Connection> open_bare(const std::string& path, OpenMode mode, int cache_kib) {
  auto connection = Connection::open(path, mode);
  must(connection.has_value(), "open");
  must(register_tokenizer((*connection)->handle()).has_value(), "tokenizer");
  const std::string pragma =
      "PRAGMA cache_size=-" + std::to_string(cache_kib) + "; PRAGMA secure_delete=FAST";
  must((*connection)->execute(pragma.c_str()).has_value(), "pragma");
  return *std::move(connection);
}

/// The floor of the projection: the same folded texts into a bare full-text table, nothing else.
double bare_insert(const std::string& path, const std::vector<CatalogueChange>& documents,
                   std::size_t batch, const char* options) {
  auto connection = open_bare(path, OpenMode::kCreate, 12 * 1024);
  must((*connection)
           .execute(
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000;"
               "CREATE VIRTUAL TABLE f USING fts5(title, keywords, summary, body, content='', "
               "tokenize='dure')")
           .has_value(),
       "create");
  must(connection->execute(options).has_value(), "options");
  const auto start = Clock::now();
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (i % batch == 0) must(connection->execute("BEGIN").has_value(), "begin");
    const std::string title = fold_text(documents[i].item.title),
                      keywords = fold_text(documents[i].keywords);
    const std::string summary = fold_text(documents[i].item.summary),
                      body = fold_text(documents[i].body);
    auto insert = connection->prepare(
        "INSERT INTO f(rowid, title, keywords, summary, body) VALUES(?1, ?2, ?3, ?4, ?5)");
    must(insert.has_value(), "prepare");
    insert->bind(1, static_cast<std::int64_t>(i + 1))
        .bind_text(2, title)
        .bind_text(3, keywords)
        .bind_text(4, summary)
        .bind_text(5, body);
    must(insert->run().has_value(), "insert");
    insert->reset();
    if ((i + 1) % batch == 0 || i + 1 == documents.size())
      must(connection->execute("COMMIT").has_value(), "commit");
  }
  return static_cast<double>(documents.size()) / seconds_since(start);
}

double project_all(CatalogueStore& store, const std::vector<CatalogueChange>& documents,
                   std::size_t batch) {
  const auto start = Clock::now();
  for (std::size_t i = 0; i < documents.size(); i += batch) {
    const std::size_t count = std::min(batch, documents.size() - i);
    const std::pair<std::string, std::uint64_t> position{"town0.example/dure/1", i + count};
    must(store.apply({documents.data() + i, count}, {&position, 1}).has_value(), "apply");
  }
  return static_cast<double>(documents.size()) / seconds_since(start);
}

std::vector<SearchQuery> make_queries(Texts& texts, std::size_t count) {
  std::vector<SearchQuery> queries;
  while (queries.size() < count) {
    auto parsed = parse_query(texts.word() + ' ' + texts.word(), SynonymTable::built_in());
    SearchQuery query;
    query.match = parsed->strict.match;
    query.words = parsed->strict.words;
    query.phrases = parsed->strict.phrases;
    query.terms = parsed->terms;
    queries.push_back(query);
  }
  return queries;
}

/// Runs `one(thread, n)` on all threads for `seconds`; requests/s and p99.
Round hammer(std::size_t threads, double seconds,
             const std::function<void(std::size_t, std::size_t)>& one) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<double> all;
  const auto start = Clock::now();
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      std::vector<double> mine;
      while (seconds_since(start) < seconds) {
        const auto begun = Clock::now();
        one(t, next++);
        mine.push_back(seconds_since(begun) * 1000);
      }
      const std::lock_guard lock(mutex);
      all.insert(all.end(), mine.begin(), mine.end());
    });
  }
  for (auto& thread : running) thread.join();
  return {static_cast<double>(all.size()) / seconds_since(start), percentile(all, 0.99)};
}

void bench(std::size_t count, double seconds, std::size_t threads) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("bench-search-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  Texts texts;
  const auto documents = make_documents(count, texts);
  const auto queries = make_queries(texts, 2000);

  const double bare = bare_insert((folder / "bare.db").string(), documents, 1000, "");
  const double tuned = bare_insert((folder / "tuned.db").string(), documents, 4000,
                                   "INSERT INTO f(f, rank) VALUES('automerge', 8); INSERT INTO "
                                   "f(f, rank) VALUES('hashsize', 8388608)");
  const double before = resident_mib();
  auto opened = open_catalogue((folder / "catalogue.db").string());
  must(opened.has_value(), "catalogue");
  CatalogueStore& store = **opened;
  const double large = project_all(store, documents, 4000);
  std::printf(
      "projection: bare full-text insert %.0f/s (with our settings %.0f/s), catalogue %.0f/s, "
      "ratio %.2f (%.2f)\n",
      bare, tuned, large, large / bare, large / tuned);
  std::printf("memory: peak %.0f MiB before, %.0f MiB after the projection\n", before,
              resident_mib());
  const auto tidied = Clock::now();
  for (auto more = store.tidy(); more && *more; more = store.tidy()) {
  }
  std::printf("housekeeping after it: %.1f s\n", seconds_since(tidied));

  auto optimise = open_bare((folder / "bare.db").string(), OpenMode::kReadWrite, 12 * 1024);
  must(optimise->execute("INSERT INTO f(f) VALUES('optimize'); PRAGMA wal_checkpoint(TRUNCATE)")
           .has_value(),
       "optimise");
  const std::size_t processors = std::max(2U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<Connection>> readers;
  for (std::size_t i = 0; i < processors; ++i)
    readers.push_back(open_bare((folder / "bare.db").string(), OpenMode::kReadOnly, 6 * 1024));

  Rounds floor, product;
  for (int round = 0; round < 3; ++round) {
    const std::size_t offset = static_cast<std::size_t>(round) * 600;
    floor.add(hammer(processors, seconds, [&](std::size_t thread, std::size_t n) {
      auto select = readers[thread]->prepare(
          "SELECT rowid FROM f WHERE f MATCH ?1 ORDER BY bm25(f, 10, 6, 4, 1) LIMIT 20");
      must(select.has_value(), "prepare");
      select->bind_text(1, queries[(offset + n) % queries.size()].match);
      must(select->run().has_value(), "match");
    }));
    // A new version each round, so that nothing comes from the cache of an earlier one.
    CatalogueChange touch = documents[static_cast<std::size_t>(round)];
    touch.item.rev = static_cast<std::uint64_t>(round) + 2;
    touch.item.index += count;
    must(store.apply({&touch, 1}, {}).has_value(), "touch");
    product.add(hammer(threads, seconds, [&](std::size_t, std::size_t n) {
      must(store.search(queries[(offset + n) % queries.size()]).has_value(), "search");
    }));
  }
  std::printf("%zu documents, %zu threads against a bare loop on %zu\n", count, threads,
              processors);
  report("search, two words, top 20, counted", floor, product);
  Rounds none;
  none.add(hammer(threads, 2, [&](std::size_t, std::size_t n) {
    must(store.search(queries[n % 50]).has_value(), "search");
  }));
  std::printf("the same 50 queries again and again: %.0f/s (p99 %.2f ms)\n", none.per_second[0],
              none.p99_ms[0]);
  std::printf("memory: peak %.0f MiB\n", resident_mib());
  opened = Error{};
  readers.clear();
  optimise.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  const auto argument = [&](int at, double otherwise) {
    return argc > at ? std::strtod(argv[at], nullptr) : otherwise;
  };
  dure::node::bench(static_cast<std::size_t>(argument(1, 100'000)), argument(2, 8),
                    static_cast<std::size_t>(argument(3, 64)));
  return 0;
}
