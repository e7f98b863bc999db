// SPDX-License-Identifier: Apache-2.0
// A catalogue in a folder of its own, and short verbs for what tests do with it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/catalogue/memory_catalogue.h"
#include "storage/catalogue_store.h"

namespace dure::node {

class CatalogueStoreTest : public testing::Test {
 protected:
  CatalogueStoreTest() { reopen(); }
  void reopen(CatalogueStoreOptions options = {}) {
    store_.reset();
    auto opened = open_catalogue(path(), options);
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = *std::move(opened);
  }
  std::string path() const { return (folder_.path() / "catalogue.db").string(); }
  void apply(const std::vector<CatalogueChange>& changes) {
    const auto applied = store_->apply(changes, {});
    ASSERT_TRUE(applied) << applied.error().detail;
  }
  SearchPage search(const SearchQuery& query) {
    auto page = store_->search(query);
    EXPECT_TRUE(page) << page.error().detail;
    return page ? *page : SearchPage();
  }
  /// All pages of a query, `between` called after each.
  std::vector<std::string> read_all(SearchQuery query,
                                    const std::function<void(int)>& between = {}) {
    std::vector<std::string> ids;
    for (int page = 0; page < 1000; ++page) {
      const SearchPage answer = search(query);
      for (const SearchHit& hit : answer.hits) ids.push_back(hit.item.id);
      if (answer.next_cursor.empty()) return ids;
      query.cursor = answer.next_cursor;
      if (between) between(page);
    }
    ADD_FAILURE() << "no end";
    return ids;
  }
  TempFolder folder_;
  std::unique_ptr<CatalogueStore> store_;
};

}  // namespace dure::node
