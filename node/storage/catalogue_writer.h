// SPDX-License-Identifier: Apache-2.0
// Folds changes into catalogue.db: one transaction per batch.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalogue/ports.h"
#include "storage/catalogue_columns.h"
#include "storage/catalogue_file.h"
#include "storage/index_words.h"
#include "storage/word_book.h"

namespace dure::node {

class Transaction;

/// Threads: one.
class CatalogueWriter {
 public:
  explicit CatalogueWriter(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  /// All or nothing. `columns` is changed along; the caller drops it if this fails. Errors:
  /// kStorage, kInvalid (an id).
  Status apply(std::span<const CatalogueChange> changes,
               std::span<const std::pair<std::string, std::uint64_t>> positions,
               CatalogueColumns& columns);
  /// Puts withdrawn items in the place of the very entries they name. All or nothing, as apply().
  Status erase(std::span<const CatalogueChange> tombstones, CatalogueColumns& columns);
  /// Leaves no trace in the file of words that are not indexed any more. Errors: kUnavailable (a
  /// long read is under way), kStorage.
  Status sweep();
  /// As CatalogueStore::forget. `columns` as in apply.
  Status forget(const std::string& origin, CatalogueColumns& columns);
  /// As CatalogueStore::set_lines. `columns` as in apply.
  Status set_lines(std::span<const LogLine> lines, CatalogueColumns& columns);
  Status clear();
  /// One step of merging index segments. Returns whether there is more to do.
  Result<bool> merge_step(std::uint64_t live);
  Connection& connection() { return *connection_; }

 private:
  struct Revision {
    std::uint64_t rev = 0, position = 0;
    bool operator==(const Revision&) const = default;
    /// Of two entries with one number, the one that was published first counts.
    bool replaces(const Revision& shown) const {
      return rev > shown.rev || (rev == shown.rev && position < shown.position);
    }
  };
  struct Newest {
    std::uint64_t rev = 0, position = 0;
    DocumentNumber document = 0;
  };
  Status apply_all(std::span<const CatalogueChange> changes,
                   std::span<const std::pair<std::string, std::uint64_t>> positions,
                   CatalogueColumns& columns);
  Status erase_all(std::span<const CatalogueChange> tombstones, CatalogueColumns& columns);
  Status erase_one(const CatalogueChange& tombstone, CatalogueState& state,
                   CatalogueColumns& columns);
  Status apply_one(const CatalogueChange& change, const IndexWords& words, CatalogueState& state,
                   CatalogueColumns& columns);
  Result<std::uint16_t> log_number(const std::string& origin, CatalogueColumns& columns);
  Result<std::optional<Newest>> newest(std::string_view id, std::uint16_t log,
                                       const CatalogueColumns& columns);
  Status note_revision(std::string_view id, std::uint16_t log, const Revision& revision);
  Status insert(const CatalogueChange& change, const IndexWords& words, std::string_view id,
                std::uint16_t log, DocumentNumber document, CatalogueColumns& columns);
  Status keep_texts(const CatalogueChange& change, DocumentNumber document);
  Status remove(DocumentNumber document, CatalogueColumns& columns);
  Status set_line(const LogLine& line, CatalogueColumns& columns,
                  std::vector<std::string>& touched);
  Status set_all_lines(std::span<const LogLine> lines, CatalogueColumns& columns);
  Result<std::vector<std::string>> ids_of(std::uint16_t log);
  Status show_newest_of_several(std::string_view id, CatalogueColumns& columns);
  Status show_newest(std::string_view id, CatalogueColumns& columns);
  Result<bool> has_id(DocumentNumber document, std::string_view id);
  Status hide(DocumentNumber document, bool hidden, CatalogueColumns& columns);
  Status index(const char* sql, DocumentNumber document, const IndexWords& words);
  Status keep_references(const CatalogueChange& change, std::uint16_t log, DocumentNumber document,
                         CatalogueColumns& columns);
  Status drop_references(DocumentNumber document);
  Status hide_references(DocumentNumber document, bool hidden, CatalogueColumns& columns);
  Status read_problems(DocumentNumber document, CatalogueColumns& columns);
  Status note_practices(DocumentNumber document);
  Status count_adopters(CatalogueColumns& columns);
  Status count_adopters_of(DocumentNumber document, const std::string& id,
                           CatalogueColumns& columns);
  Result<std::uint64_t> adopters_of(std::string_view id, std::string_view member,
                                    const CatalogueColumns& columns);
  Status keep_adopters(DocumentNumber document, std::uint64_t adopters, CatalogueColumns& columns);
  Status remove_all(std::uint16_t log, CatalogueColumns& columns);
  Status forget_all(const std::string& origin, CatalogueColumns& columns);
  Result<std::vector<DocumentNumber>> documents_of(std::uint16_t log);
  Status move_position(const std::string& origin, std::uint64_t position,
                       CatalogueColumns& columns);

  Status finish(Transaction& transaction, CatalogueState& state, CatalogueColumns& columns);
  void drop_plans();
  Status write_some_words();

  std::unique_ptr<Connection> connection_;
  std::unordered_map<std::string, std::uint16_t> logs_;
  WordChanges word_changes_;  // of the transaction under way
  // Ids of practices whose adopters may have changed in the running transaction.
  std::set<std::string, std::less<>> practices_;
  // In the running transaction records went without a tombstone, or show again under old numbers:
  // whoever follows the changes has to begin anew.
  bool changes_begin_anew_ = false;
  std::uint64_t indexed_since_merge_ = 0;
  bool merging_ = false;
};

}  // namespace dure::node
