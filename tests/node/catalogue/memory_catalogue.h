// SPDX-License-Identifier: Apache-2.0
// Logs and a catalogue in a temporary folder, filled with entries that tests describe in a line.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "catalogue/indexer.h"
#include "catalogue/query.h"
#include "catalogue/search_service.h"
#include "storage/catalogue_store.h"
#include "support/memory_mirrors.h"
#include "support/memory_peer_book.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {

inline std::string service_body(const std::string& title, const std::string& summary = "요약",
                                const std::string& region = "41110",
                                const std::string& modified = "2024-05-01") {
  return R"({"title":{"ko":")" + title + R"("},"summary":{"ko":")" + summary +
         R"("},"regions":[{"scheme":"bjd","code":")" + region +
         R"(00000","asOf":"2024-01-01"}],"modified":")" + modified + R"("})";
}

inline MirroredEntry make_entry(const std::string& type, const std::string& id, std::uint64_t rev,
                                const std::string& body,
                                EntryClass entry_class = EntryClass::kPublic) {
  MirroredEntry entry;
  Salt salt{};
  salt.fill(static_cast<std::uint8_t>(rev));
  Leaf leaf;
  leaf.type = type;
  leaf.id = id;
  leaf.rev = rev;
  leaf.entry_class = entry_class;
  leaf.commitment = commit(body, salt);
  leaf.size = size_bucket(body.size());
  leaf.time = "2026-11-22T09:00:00Z";
  entry.leaf = format_leaf(leaf);
  entry.salt = salt;
  entry.body = body;
  return entry;
}

/// A change as the projection makes it, without a log.
inline CatalogueChange make_change(const std::string& id, const std::string& title,
                                   const std::string& summary = "",
                                   const std::string& origin = kTestOrigin, std::uint64_t rev = 1,
                                   std::uint64_t index = 0) {
  CatalogueChange change;
  change.item.origin = origin;
  change.item.id = id;
  change.item.rev = rev;
  change.item.index = index;
  change.item.type = "service";
  change.item.region = "41110";
  change.item.modified = "2024-05-01";
  change.item.title = title;
  change.item.summary = summary;
  return change;
}

inline SearchQuery make_search(std::string_view words, std::size_t limit = 20) {
  auto parsed = parse_query(words, SynonymTable::built_in());
  EXPECT_TRUE(parsed);
  SearchQuery query;
  query.match = parsed->strict.match;
  query.words = parsed->strict.words;
  query.phrases = parsed->strict.phrases;
  query.terms = parsed->terms;
  query.limit = limit;
  return query;
}

inline std::vector<std::string> titles_of(const SearchPage& page) {
  std::vector<std::string> titles;
  for (const SearchHit& hit : page.hits) titles.push_back(hit.item.title);
  return titles;
}

/// A node's catalogue over logs in memory.
class CatalogueHouse {
 public:
  CatalogueHouse() {
    auto opened = open_catalogue((folder.path() / "catalogue.db").string());
    EXPECT_TRUE(opened) << opened.error().detail;
    store = *std::move(opened);
    NodeCard own;
    own.origin = kTestOrigin;
    own.name = "경기도 수원시";
    service = std::make_unique<SearchService>(*store, logs, peers, own);
    indexer = std::make_unique<Indexer>(*store, logs);
  }

  void add(const MirroredEntry& entry, const std::string& origin = kTestOrigin) {
    if (numbers_.count(origin) == 0) numbers_[origin] = logs.add_log(origin);
    const LogId log = numbers_[origin];
    VerifiedBundle bundle{*logs.stored(log), {entry}};
    logs.store(log, std::move(bundle), [](const Status& stored) { EXPECT_TRUE(stored); });
  }
  /// Signs what is stored.
  void complete(const std::string& origin = kTestOrigin) {
    const LogId log = numbers_.at(origin);
    const auto state = logs.mirror(log);
    ASSERT_TRUE(state);
    const auto signer = test_signer(origin);
    ASSERT_TRUE(logs.complete(log, format_note(test_head(state->range, *signer, origin).note)));
  }
  void fold() {
    const auto folded = indexer->run_once();
    ASSERT_TRUE(folded) << folded.error().detail;
  }

  TempFolder folder;
  MemoryMirrors logs;
  MemoryPeerBook peers{kTestOrigin};
  std::unique_ptr<CatalogueStore> store;
  std::unique_ptr<SearchService> service;
  std::unique_ptr<Indexer> indexer;

 private:
  std::map<std::string, LogId> numbers_;
};

}  // namespace dure::node
