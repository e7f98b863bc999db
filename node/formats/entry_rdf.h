// SPDX-License-Identifier: Apache-2.0
// A published entry as statements: DCAT-AP 3.0.1 and CPSV-AP 3.2.0 where they have words, terms of
// our own (dure:) where no public vocabulary does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/addresses.h"
#include "formats/rdf.h"

namespace dure::node {

/// The newest revision of a record, as it was published.
struct PublishedEntry {
  std::string id, origin, type;
  std::string time;        // of the leaf, RFC 3339
  std::string commitment;  // to the body, hexadecimal
  std::uint64_t rev = 1, index = 0;
  std::string body;  // its bytes, whatever they are
};

/// A government that publishes.
struct PublisherFacts {
  std::string origin, name, role;  // role: "town", "province", "observer"
  std::string region;              // 5-digit code, or empty
};

struct RdfContext {
  Addresses addresses;
  std::function<std::string(std::string_view code)> region_name;  // may be empty
  /// The IRI of the collection that entries of a type stand in; empty: they are told alone.
  std::function<std::string(std::string_view type)> collection;
  /// Whether datasets say what DCAT-AP recommends where their bodies say nothing (title for
  /// keyword, the whole country for area, …).
  bool fill = true;
};

/// The entry first, then what it needs beside it. Never fails: of a body that cannot be read only
/// the place in the log is told.
std::vector<RdfNode> entry_nodes(const PublishedEntry& entry, const RdfContext& context);
RdfNode publisher_node(const PublisherFacts& publisher, const RdfContext& context);

}  // namespace dure::node
