// SPDX-License-Identifier: Apache-2.0
// catalogue.db as a file: its tables, its connections, and making it anew whenever it does not fit.
//
//   state      one row: which file this is, how often it changed
//   logs       how far each log is folded
//   documents  the newest revision of each record in each log; found by id through
//              CatalogueColumns; hidden if a later log of the line has the record
//   revisions  all revisions but the newest
//   texts      a document's words, as they were given to the index (needed to take them out again)
//   search     the full-text index, without a copy of the texts
//   words      the words of titles and keywords, with how many documents have them
//   spellings  where a word is found by parts of its spelling (catalogue/spelling.h)
//   refs       which records each document names, known here or not
#pragma once

#include <memory>
#include <string>

#include "storage/fts_rank.h"
#include "storage/sqlite.h"

namespace dure::node {

struct CatalogueFileOptions {
  int cache_kib = 8192;
  int reader_cache_kib = 4096;
  std::int64_t mmap_bytes = 0;
};

/// A connection with the tokenizer and, for readers, the collector.
struct CatalogueConnection {
  std::unique_ptr<CollectSlot> slot;  // outlives the connection
  std::unique_ptr<Connection> connection;
};

/// Opens for writing; makes the file if it is missing, of another schema version or damaged.
/// Errors: kUnsupported (another program's database: never touched), kStorage.
Result<std::unique_ptr<Connection>> open_catalogue_writer(const std::string& path,
                                                          const CatalogueFileOptions& options);
/// Errors: kStorage, kUnsupported (other schema version).
Result<CatalogueConnection> open_catalogue_reader(const std::string& path,
                                                  const CatalogueFileOptions& options);
/// Drops and makes all tables, in one transaction, with a new epoch. `version` must be larger than
/// any before.
Status reset_catalogue(Connection& connection, std::uint64_t version);

/// The one row of `state`.
struct CatalogueState {
  std::uint64_t epoch = 0, version = 0;
  DocumentNumber next_document = 1;
};
Result<CatalogueState> read_state(Connection& connection);
Status write_state(Connection& connection, const CatalogueState& state);
std::uint64_t new_epoch();  // that no catalogue had
/// Every document's facts, from the tables.
Result<CatalogueColumns> load_columns(Connection& connection);

/// The columns of `documents` that CatalogueColumns keeps.
struct StoredFacts {
  std::string_view id;  // 16 bytes
  std::uint16_t log = 0;
  bool withdrawn = false;  // or hidden: nothing to search
  std::string_view type, regions, modified;
  std::uint64_t length = 0;  // of the indexed words
  std::uint64_t facets = 0;
  std::uint32_t review_due = 0;
  std::uint64_t adopters = 0;
};
void add_document(CatalogueColumns& columns, DocumentNumber document, const StoredFacts& stored);

/// 16 bytes of a record id. Errors: kInvalid.
Result<std::string> id_bytes(std::string_view id);
/// "41110 41130": codes of a document as stored.
std::vector<std::uint32_t> parse_regions(std::string_view stored);

}  // namespace dure::node
