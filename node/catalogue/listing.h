// SPDX-License-Identifier: Apache-2.0
// The whole catalogue with its bodies, in parts: for whoever takes all of it and not what a search
// finds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/ports.h"
#include "catalogue/search_service.h"
#include "dure/entry.h"
#include "replication/ports.h"

namespace dure::node {

struct ListedEntry {
  CatalogueItem item;
  Leaf leaf;
  std::string body;  // its exact bytes
};

struct ListedPart {
  std::vector<ListedEntry> entries;
  std::string after_id,
      after_origin;  // where the next part begins (ListQuery); empty: this was the last
};

struct ListedChange {
  std::uint64_t number = 0;
  CatalogueItem item;
  std::string time;                  // of the leaf
  std::optional<ErasedView> erased;  // on demand, everywhere
};

struct ListedChanges {
  std::vector<ListedChange> changes;
  bool more = false;
  std::uint64_t epoch = 0, newest = 0;
};

/// When the catalogue began and when it last grew, RFC 3339; empty: nothing is here.
struct CatalogueTimes {
  std::string first, last;
};

/// Threads: any.
class Listing {
 public:
  /// Both outlive it.
  Listing(CatalogueStore& catalogue, LogReader& logs, ErasedEntries erased = {})
      : catalogue_(catalogue), logs_(logs), erased_(std::move(erased)) {}

  /// At most query.limit records, and not many more than `most_bytes` of bodies. A record whose
  /// body goes away meanwhile is left out. Errors: kInvalid (the place), kStorage.
  Result<ListedPart> part(const ListQuery& query, std::size_t most_bytes);
  /// Without their bodies. Errors: as part().
  Result<ItemList> items(const ListQuery& query) { return catalogue_.list(query); }
  /// One record that was found, with its body; nothing if that is gone. Errors: kStorage.
  Result<std::optional<ListedEntry>> entry(const CatalogueItem& item);
  /// Changes numbered above `after`. Errors: kStorage.
  Result<ListedChanges> changes(std::uint64_t after, std::size_t limit);
  Result<CatalogueTimes> times();
  std::uint64_t version() { return catalogue_.version(); }

 private:
  CatalogueStore& catalogue_;
  LogReader& logs_;
  const ErasedEntries erased_;
};

}  // namespace dure::node
