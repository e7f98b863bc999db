// SPDX-License-Identifier: Apache-2.0
// Search as programs and readers ask for it, 64 keep-alive connections on loopback, beside loops in
// the same run: the same FTS5 queries over a plain table with bm25(), Xapian with pairs of
// syllables over the same texts (where libxapian-dev is installed), as typed and with the forms and
// synonyms of words that we search, and our own search without HTTP and JSON. Where no document
// holds both words, ours asks again for either; the other loops do not. The clients run in this
// process and share its processors. No answer is given twice: the cache of answers is off and the
// queries differ.
//
//   bench_search [documents=100000] [seconds=8] [connections=64] [rounds=3]
#include <httplib.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "bench/bare_fts.h"
#ifdef DURE_WITH_XAPIAN
#include "bench/bare_xapian.h"
#endif
#include "catalogue/search_service.h"
#include "dure/encoding.h"
#include "http/router.h"
#include "http/routes/api_routes.h"
#include "http/routes/page_routes.h"
#include "http/server.h"
#include "storage/catalogue_store.h"
#include "support/memory_peer_book.h"

namespace dure::node {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kApplied = 4000;  // documents at a time

struct Figures {
  double per_second = 0, p50_ms = 0, p99_ms = 0, worst_ms = 0;
};

/// Runs `one(thread, n)` on all threads for `seconds`.
Figures hammer(std::size_t threads, double seconds, std::atomic<std::size_t>& next,
               const std::function<void(std::size_t, std::size_t)>& one) {
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
  return {static_cast<double>(all.size()) / seconds_since(start), percentile(all, 0.5),
          percentile(all, 0.99), percentile(all, 1)};
}

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) out += '%' + hex_encode({&c, 1});
  return out;
}

/// Two words, never the same two again.
struct Queries {
  std::vector<std::string> typed, match;

  Queries(SearchTexts& texts, std::size_t count) {
    while (typed.size() < count) {
      typed.push_back(texts.word() + ' ' + texts.word());
      match.push_back(parse_query(typed.back(), SynonymTable::built_in())->strict.match);
    }
  }
};

/// The catalogue behind the HTTP front, as the node has it.
class Product {
 public:
  Product(const std::string& path, CorpusLog& log, std::uint64_t count) : log_(log) {
    CatalogueStoreOptions options;
    options.cached_bytes = 0;
    auto opened = open_catalogue(path, options);
    must(opened.has_value(), "catalogue");
    store_ = *std::move(opened);
    std::vector<CatalogueChange> changes;
    for (std::uint64_t i = 0; i < count; ++i) {
      changes.push_back(log.change(i));
      if (changes.size() < kApplied && i + 1 < count) continue;
      must(store_->apply(changes, {}).has_value(), "apply");
      changes.clear();
    }
    for (auto more = store_->tidy(); more && *more; more = store_->tidy()) {
    }
    service_ = std::make_unique<SearchService>(*store_, log_, peers_, NodeCard{});
    http::add_api_routes(router_, *service_);
    http::add_page_routes(router_, http::make_page_ports(*service_, log_, peers_, NodeCard{},
                                                         RegionTable::built_in()));
    auto server = http::Server::start(
        {}, [this](const http::Request& request) { return router_.handle(request); });
    must(server.has_value(), "server");
    server_ = *std::move(server);
  }
  ~Product() { server_->stop(std::chrono::seconds(5)); }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;
  std::string url() const { return server_->url(); }
  SearchService& service() const { return *service_; }

 private:
  CorpusLog& log_;
  MemoryPeerBook peers_{CorpusLog::kOrigin};
  http::Router router_;
  std::unique_ptr<CatalogueStore> store_;
  std::unique_ptr<SearchService> service_;
  std::unique_ptr<http::Server> server_;
};

/// What the n-th request asks for.
using Target = std::function<std::string(std::size_t n)>;

Figures ask_product(const Product& product, const Target& target, std::size_t connections,
                    double seconds, std::atomic<std::size_t>& next) {
  std::vector<std::unique_ptr<httplib::Client>> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    clients.push_back(std::make_unique<httplib::Client>(product.url()));
    clients.back()->set_keep_alive(true);
    clients.back()->set_tcp_nodelay(true);
    clients.back()->set_read_timeout(60);
  }
  return hammer(connections, seconds, next, [&](std::size_t thread, std::size_t n) {
    const auto answer = clients[thread]->Get(target(n));
    must(answer && answer->status == 200, "answer");
  });
}

std::vector<CatalogueChange> ring_of(const CorpusLog& log) {
  std::vector<CatalogueChange> ring;
  for (std::size_t i = 0; i < log.bodies(); ++i) ring.push_back(log.change(i));
  return ring;
}

/// A plain table with what bm25() needs, merged into one segment.
void make_floor(const std::string& path, const CorpusLog& log, std::uint64_t count) {
  bare_insert(path, ring_of(log), count, kApplied, 1, kFtsTuned);
  auto connection = open_bare(path, OpenMode::kReadWrite, 12 * 1024);
  must(connection->execute("INSERT INTO f(f) VALUES('optimize'); PRAGMA wal_checkpoint(TRUNCATE)")
           .has_value(),
       "optimise");
}

Figures ask_floor(const std::string& path, const Queries& queries, std::size_t threads,
                  double seconds, std::atomic<std::size_t>& next) {
  std::vector<std::unique_ptr<Connection>> readers;
  for (std::size_t i = 0; i < threads; ++i)
    readers.push_back(open_bare(path, OpenMode::kReadOnly, 6 * 1024));
  return hammer(threads, seconds, next, [&](std::size_t thread, std::size_t n) {
    auto select = readers[thread]->prepare(
        "SELECT rowid FROM f WHERE f MATCH ?1 ORDER BY bm25(f, 10, 6, 4, 1) LIMIT 20");
    must(select.has_value(), "prepare");
    select->bind_text(1, queries.match[n % queries.match.size()]);
    must(select->run().has_value(), "match");
  });
}

#ifdef DURE_WITH_XAPIAN
Figures ask_xapian(const std::string& path, const Queries& queries, bool alike, std::size_t threads,
                   double seconds, std::atomic<std::size_t>& next) {
  std::vector<std::unique_ptr<XapianReader>> readers;
  for (std::size_t i = 0; i < threads; ++i) readers.push_back(std::make_unique<XapianReader>(path));
  return hammer(threads, seconds, next, [&](std::size_t thread, std::size_t n) {
    const std::string& typed = queries.typed[n % queries.typed.size()];
    if (alike) {
      readers[thread]->search_alike(typed, 20);
    } else {
      readers[thread]->search(typed, 20);
    }
  });
}
#endif

Figures ask_service(const Product& product, const Queries& queries, std::size_t threads,
                    double seconds, std::atomic<std::size_t>& next) {
  return hammer(threads, seconds, next, [&](std::size_t /*thread*/, std::size_t n) {
    SearchRequest request;
    request.words = queries.typed[n % queries.typed.size()];
    must(product.service().search(request).has_value(), "search");
  });
}

void print(const char* what, const Figures& figures, const Figures& product) {
  std::printf("  %-34s %7.0f/s  p50 %7.2f ms  p99 %7.2f ms  worst %7.2f ms  API/this %.2f\n", what,
              figures.per_second, figures.p50_ms, figures.p99_ms, figures.worst_ms,
              product.per_second / figures.per_second);
}

struct Sizes {
  std::uint64_t documents;
  double seconds;
  std::size_t connections;
};

/// One loop of every kind, each with the same queries.
void one_round(const Sizes& sizes, const std::string& folder, const Product& product,
               const Queries& queries, std::atomic<std::size_t>& next) {
  const std::size_t from = next;
  const auto again = [&](const auto& ask) {
    next = from;
    return ask();
  };
  const auto query = [&](std::size_t n) {
    return url_encode(queries.typed[n % queries.typed.size()]);
  };
  const auto over_http = [&](const Target& target) {
    return again(
        [&] { return ask_product(product, target, sizes.connections, sizes.seconds, next); });
  };
  const Figures api = over_http([&](std::size_t n) { return "/api/v1/entries?q=" + query(n); });
  const auto floor = [&](std::size_t threads) {
    return again(
        [&] { return ask_floor(folder + "/bare.db", queries, threads, sizes.seconds, next); });
  };
  print("bare FTS5 loop, one thread", floor(1), api);
  print("bare FTS5 loop, two threads", floor(2), api);
#ifdef DURE_WITH_XAPIAN
  for (const bool alike : {false, true}) {
    print(alike ? "Xapian with our forms of words" : "Xapian loop, two threads", again([&] {
            return ask_xapian(folder + "/xapian", queries, alike, 2, sizes.seconds, next);
          }),
          api);
  }
#endif
  print("our search in a loop, two threads",
        again([&] { return ask_service(product, queries, 2, sizes.seconds, next); }), api);
  print("API over HTTP", api, api);
  print("API with facets",
        over_http([&](std::size_t n) { return "/api/v1/entries?facets=true&q=" + query(n); }), api);
  print("result pages", over_http([&](std::size_t n) { return "/?q=" + query(n); }), api);
  print("entry pages", over_http([&](std::size_t n) {
          return "/e/" + CorpusLog::id(n * 7'919 % sizes.documents);
        }),
        api);
  std::fflush(stdout);
}

void bench(const Sizes& sizes, int rounds) {
  const std::string folder =
      std::filesystem::temp_directory_path() / ("bench-search-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  {
    CorpusLog log(sizes.documents);
    const Queries queries(log.texts(), 60'000);
    make_floor(folder + "/bare.db", log, sizes.documents);
#ifdef DURE_WITH_XAPIAN
    xapian_insert(folder + "/xapian", ring_of(log), sizes.documents, 5 * kApplied);
#else
    std::printf("Xapian was NOT measured: libxapian-dev is not installed\n");
#endif
    const Product product(folder + "/catalogue.db", log, sizes.documents);
    std::atomic<std::size_t> next{0};
    for (int round = 0; round < rounds; ++round) {
      std::printf("%llu documents, two words, top 20\n",
                  static_cast<unsigned long long>(sizes.documents));
      one_round(sizes, folder, product, queries, next);
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  const auto argument = [&](int at, double otherwise) {
    return argc > at ? std::strtod(argv[at], nullptr) : otherwise;
  };
  dure::node::bench({static_cast<std::uint64_t>(argument(1, 100'000)), argument(2, 8),
                     static_cast<std::size_t>(argument(3, 64))},
                    static_cast<int>(argument(4, 3)));
  return 0;
}
