// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_store.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "storage/catalogue_list.h"
#include "storage/catalogue_readers.h"
#include "storage/catalogue_references.h"
#include "storage/catalogue_search.h"
#include "storage/catalogue_writer.h"
#include "storage/word_book.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxReaders = 16;
constexpr int kSnapshotAttempts = 100;

std::size_t reader_count(const CatalogueStoreOptions& options) {
  const std::size_t wanted =
      options.readers != 0 ? options.readers : std::max(2U, std::thread::hardware_concurrency());
  return std::min(wanted, kMaxReaders);
}

class SqliteCatalogueStore : public CatalogueStore {
 public:
  SqliteCatalogueStore(std::string path, const CatalogueStoreOptions& options,
                       CatalogueFileOptions file)
      : readers_(std::move(path), file, reader_count(options)),
        cache_(options.cached_bytes),
        columns_later_(options.columns_later) {}

  /// Before anybody else uses the store. `writer` is null for a read-only store.
  Status start(std::unique_ptr<Connection> writer) {
    if (writer != nullptr) {
      writer_ = std::make_unique<CatalogueWriter>(std::move(writer));
      return columns_later_ ? ok() : load();
    }
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    return reload(**reading);
  }

  Result<std::uint64_t> position(std::string_view origin) override {
    if (writer_ != nullptr && loaded_) return current()->position(origin);
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    return find_position((*reading)->connection(), origin);
  }

  Status apply(std::span<const CatalogueChange> changes,
               std::span<const std::pair<std::string, std::uint64_t>> positions) override {
    if (writer_ == nullptr) return read_only();
    if (auto loaded = load(); !loaded) return loaded;
    const std::lock_guard lock(write_mutex_);
    CatalogueColumns columns = *current();
    const auto allowed = without_erased(changes);
    auto applied = writer_->apply(allowed ? std::span<const CatalogueChange>(*allowed) : changes,
                                  positions, columns);
    if (applied) publish(std::move(columns));
    return applied;
  }

  Status erase(std::span<const CatalogueChange> tombstones) override {
    if (writer_ == nullptr) return read_only();
    if (auto loaded = load(); !loaded) return loaded;
    const std::lock_guard lock(write_mutex_);
    // Whoever folds may have read a text already that is not in the log any more.
    for (const auto& tombstone : tombstones)
      erased_.insert_or_assign({tombstone.item.origin, tombstone.item.index}, tombstone);
    CatalogueColumns columns = *current();
    auto erased = writer_->erase(tombstones, columns);
    if (erased) publish(std::move(columns));
    return erased;
  }

  Status sweep() override {
    if (writer_ == nullptr) return read_only();
    const std::lock_guard lock(write_mutex_);
    // A damaged file that was set aside holds texts, too.
    const std::string aside = writer_->connection().path() + ".damaged";
    if (::unlink(aside.c_str()) != 0 && errno != ENOENT)
      return sqlite_error(nullptr, SQLITE_IOERR, aside);
    return writer_->sweep();
  }

  Result<CatalogueMark> mark() override {
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    const auto state = read_state((*reading)->connection());
    if (!state) return state.error();
    return CatalogueMark{state->epoch, state->version};
  }

  Result<SearchPage> search(const SearchQuery& query) override {
    if (query.limit == 0) return Error{ErrorCode::kInvalid, "a page holds at least one hit"};
    const std::string key =
        query_text(query) + '\n' + std::to_string(query.limit) + '\n' + query.cursor +
        (query.count_facets ? "\ncounts " + std::to_string(query.overdue_on) : "");
    if (writer_ != nullptr && loaded_) {
      if (const auto known = cache_.page(current()->version, key)) return *known;
    }
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    auto snapshot = matching_columns(**reading);
    if (!snapshot) return std::move(snapshot).error();
    const auto& [columns, state] = *snapshot;
    auto page = run_search((*reading)->reader(), *columns, state, query, cache_);
    if (page) cache_.keep(columns->version, key, std::make_shared<const SearchPage>(*page));
    return page;
  }

  Result<std::uint64_t> count(const std::string& word) override {
    if (writer_ != nullptr && loaded_) {
      if (const auto known = cache_.count(current()->version, word)) return *known;
    }
    return reading<std::uint64_t>([&](Connection& connection, const CatalogueColumns& columns) {
      return count_word(connection, columns, word, cache_);
    });
  }

  Result<std::uint64_t> documents_with(std::string_view word) override {
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    return documents_with_word((*reading)->connection(), word);
  }

  Result<std::vector<KnownWord>> spelled_like(std::string_view word) override {
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    return words_spelled_like((*reading)->connection(), word);
  }

  Result<std::vector<CatalogueItem>> find(std::string_view id) override {
    return reading<std::vector<CatalogueItem>>(
        [&](Connection& connection, const CatalogueColumns& columns) {
          return find_records(connection, columns, id);
        });
  }

  Result<ItemList> list(const ListQuery& query) override {
    return reading<ItemList>([&](Connection& connection, const CatalogueColumns& columns) {
      return list_records(connection, columns, query);
    });
  }

  Result<ChangeList> changes(std::uint64_t after, std::size_t limit) override {
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    return list_changes((*reading)->connection(), after, limit);
  }

  Result<std::vector<std::uint64_t>> history(std::string_view origin,
                                             std::string_view id) override {
    return reading<std::vector<std::uint64_t>>(
        [&](Connection& connection, const CatalogueColumns& columns) {
          return find_revisions(connection, columns, origin, id);
        });
  }

  Result<std::vector<EntryReference>> references(std::string_view origin,
                                                 std::string_view id) override {
    return reading<std::vector<EntryReference>>(
        [&](Connection& connection, const CatalogueColumns& columns) {
          return find_references(connection, columns, origin, id);
        });
  }

  Result<ReferencePage> referring(const ReferenceQuery& query) override {
    return reading<ReferencePage>([&](Connection& connection, const CatalogueColumns& columns) {
      return find_referring(connection, columns, query);
    });
  }

  std::uint64_t version() override {
    (void)load();  // a failure shows in whatever is asked next
    return current()->version;
  }

  Status forget(std::string_view origin) override {
    if (writer_ == nullptr) return read_only();
    if (auto loaded = load(); !loaded) return loaded;
    const std::lock_guard lock(write_mutex_);
    CatalogueColumns columns = *current();
    auto forgotten = writer_->forget(std::string(origin), columns);
    if (forgotten) publish(std::move(columns));
    return forgotten;
  }

  Status set_lines(std::span<const LogLine> lines) override {
    if (writer_ == nullptr) return read_only();
    if (auto loaded = load(); !loaded) return loaded;
    const std::lock_guard lock(write_mutex_);
    const Columns before = current();
    std::vector<LogLine> changed;
    for (const LogLine& line : lines) {
      const std::uint16_t log = before->log_of(line.origin);
      if (line.line != (log == 0 ? line.origin : before->line(log))) changed.push_back(line);
    }
    if (changed.empty()) return ok();
    CatalogueColumns columns = *before;
    auto set = writer_->set_lines(changed, columns);
    if (set) publish(std::move(columns));
    return set;
  }

  Status clear() override {
    if (writer_ == nullptr) return read_only();
    const std::lock_guard lock(write_mutex_);
    if (auto cleared = writer_->clear(); !cleared) return cleared;
    loaded_ = false;
    return load_locked();
  }

  Result<bool> tidy() override {
    if (writer_ == nullptr) return false;
    if (auto loaded = load(); !loaded) return std::move(loaded).error();
    const std::lock_guard lock(write_mutex_);
    return writer_->merge_step(current()->live());
  }

 private:
  using Columns = std::shared_ptr<const CatalogueColumns>;

  static Error read_only() {
    return {ErrorCode::kRefused, "this catalogue was opened for reading only"};
  }

  /// What `read` finds in one state of the file and of its columns.
  template <class Found, class Read>
  Result<Found> reading(const Read& read) {
    auto reading = Reading::begin(readers_);
    if (!reading) return std::move(reading).error();
    auto snapshot = matching_columns(**reading);
    if (!snapshot) return std::move(snapshot).error();
    return read((*reading)->connection(), *snapshot->first);
  }

  /// `changes` with tombstones in the place of erased entries; nothing if there are none among
  /// them.
  std::optional<std::vector<CatalogueChange>> without_erased(
      std::span<const CatalogueChange> changes) const {
    const auto is_erased = [this](const CatalogueChange& change) {
      return erased_.contains({change.item.origin, change.item.index});
    };
    if (erased_.empty() || std::none_of(changes.begin(), changes.end(), is_erased))
      return std::nullopt;
    std::vector<CatalogueChange> allowed(changes.begin(), changes.end());
    for (auto& change : allowed) {
      const auto found = erased_.find({change.item.origin, change.item.index});
      if (found != erased_.end()) change = found->second;
    }
    return allowed;
  }

  /// Reads the columns unless they are there.
  Status load() {
    if (writer_ == nullptr || loaded_) return ok();
    const std::lock_guard lock(write_mutex_);
    return load_locked();
  }

  Status load_locked() {
    if (loaded_) return ok();
    auto columns = load_columns(writer_->connection());
    if (!columns) return std::move(columns).error();
    publish(*std::move(columns));
    loaded_ = true;
    return ok();
  }

  Columns current() {
    const std::lock_guard lock(columns_mutex_);
    return columns_;
  }

  void publish(CatalogueColumns columns) {
    auto next = std::make_shared<const CatalogueColumns>(std::move(columns));
    {
      const std::lock_guard lock(columns_mutex_);
      columns_.swap(next);
    }
    published_.notify_all();
  }

  Status reload(Reading& reading) {
    auto columns = load_columns(reading.connection());
    if (!columns) return std::move(columns).error();
    publish(*std::move(columns));
    return ok();
  }

  /// The columns of exactly the state that the transaction of `reading` sees. The file is committed
  /// a moment before the columns are published, and another process may be the writer.
  Result<std::pair<Columns, CatalogueState>> matching_columns(Reading& reading) {
    if (auto loaded = load(); !loaded) return std::move(loaded).error();
    for (int attempt = 0; attempt < kSnapshotAttempts; ++attempt) {
      const Columns columns = current();
      if (auto begun = reading.restart(); !begun) return std::move(begun).error();
      auto state = read_state(reading.connection());
      if (!state) return std::move(state).error();
      if (state->version == columns->version && state->epoch == columns->epoch)
        return std::pair{columns, *state};
      if (writer_ == nullptr) {
        if (auto loaded = reload(reading); !loaded) return std::move(loaded).error();
        continue;
      }
      std::unique_lock lock(columns_mutex_);
      published_.wait_for(lock, std::chrono::milliseconds(50), [&] { return columns_ != columns; });
    }
    return Error{ErrorCode::kUnavailable, "the catalogue changes too fast to be searched"};
  }

  ReaderPool readers_;
  SearchCache cache_;
  std::mutex write_mutex_;  // guards writer_'s work
  std::unique_ptr<CatalogueWriter> writer_;
  std::map<std::pair<std::string, std::uint64_t>, CatalogueChange> erased_;  // with write_mutex_
  const bool columns_later_;
  std::atomic<bool> loaded_ = false;  // by the writer's connection
  std::mutex columns_mutex_;          // guards columns_
  std::condition_variable published_;
  Columns columns_ = std::make_shared<const CatalogueColumns>();
};

}  // namespace

Result<std::unique_ptr<CatalogueStore>> open_catalogue(const std::string& path,
                                                       CatalogueStoreOptions options) {
  const CatalogueFileOptions file{options.writer_cache_kib, options.reader_cache_kib,
                                  options.mmap_bytes};
  std::unique_ptr<Connection> writer;
  if (!options.read_only) {
    auto opened = open_catalogue_writer(path, file);
    if (!opened) return std::move(opened).error();
    writer = *std::move(opened);
  }
  auto store = std::make_unique<SqliteCatalogueStore>(path, options, file);
  if (auto started = store->start(std::move(writer)); !started) return std::move(started).error();
  return std::unique_ptr<CatalogueStore>(std::move(store));
}

}  // namespace dure::node
