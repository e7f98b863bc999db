// SPDX-License-Identifier: Apache-2.0
// Names of towns and provinces in a query: 수원 and 수원시 are a place to look in, not a word to
// look for.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/query_words.h"
#include "catalogue/regions.h"

namespace dure::node {

/// Built once, then read by many threads.
class PlaceNames {
 public:
  explicit PlaceNames(const RegionTable& regions);

  struct Place {
    std::vector<std::string> codes;  // several regions share some names
    bool certain = false;  // 수원시; not 수원, 고령 or 중구, which may be other words
  };
  /// The place that a word names, with or without a particle; null: none.
  const Place* find(const QueryWord& word) const;
  /// One list of codes for all places of a query: a town counts, not the province that was named
  /// with it; of towns of one name the one in that province.
  std::vector<std::string> together(const std::vector<const Place*>& places) const;

 private:
  void add(std::string_view name, const std::string& code, bool certain);

  const RegionTable& regions_;
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace dure::node
