// SPDX-License-Identifier: Apache-2.0
// Entries that have to do with the one being read, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "web/adoption_graph.h"
#include "web/entry_view.h"

namespace dure::node {

struct RelatedEntry {
  std::string href;
  Text title;
  std::string publisher, date;  // date: RFC 3339, may be empty
};

struct RelatedGroup {
  std::string heading;
  std::uint64_t count = 0;  // all of them
  std::vector<RelatedEntry> entries;
  std::string all_href = {};  // empty: `entries` are all
};

/// Somebody to ask, beside an entry of theirs.
struct NearbyEntry {
  RelatedEntry entry;
  ContactFact contact;
};

/// Who did it near a place that the reader may choose.
struct NearbyView {
  std::string region;  // name of the province looked at; empty: none is chosen
  std::vector<NearbyEntry> entries;
  std::string chosen;                                          // code, among the options
  std::vector<std::pair<std::string, std::string>> provinces;  // code, name
};

/// Entries of the same type; practices can be put side by side.
struct SimilarView {
  std::vector<RelatedEntry> entries;
  std::vector<std::string> ids;  // of the entries, as the comparison names them
  std::string own_id;            // empty: nothing to compare
};

/// Everything that a page tells of an entry's connections.
struct ConnectionsView {
  std::vector<RelatedGroup> groups;
  std::optional<AdoptionGraphView> adoptions;
  std::optional<NearbyView> nearby;
  SimilarView similar;
};

/// One group, page by page.
struct RelatedPageView {
  Text title;              // of the entry that it is about
  std::string entry_href;  // of that entry
  RelatedGroup group;
  std::string first_href, next_href;  // empty: none
};

struct PageFrame;
std::string render_related(const PageFrame& frame, const RelatedPageView& view);

}  // namespace dure::node
