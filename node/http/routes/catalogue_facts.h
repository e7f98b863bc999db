// SPDX-License-Identifier: Apache-2.0
// Who publishes and where, as answers for machines name it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "catalogue/listing.h"
#include "catalogue/regions.h"
#include "formats/entry_rdf.h"
#include "http/message.h"
#include "membership/ports.h"

namespace dure::node::http {

/// What answers for machines are made from. All outlive the router.
struct CatalogueSources {
  Listing* listing = nullptr;
  PeerBook* peers = nullptr;
  const RegionTable* regions = nullptr;
  NodeCard own;
};

/// The governments known at one moment.
class CatalogueFactsBook {
 public:
  /// Errors: kStorage.
  static Result<CatalogueFactsBook> read(const CatalogueSources& sources, const Request& request);

  const RdfContext& context() const { return context_; }
  const PublisherFacts& own() const { return own_; }
  /// One that is not known has its origin for a name.
  PublisherFacts publisher(std::string_view origin) const;

 private:
  RdfContext context_;
  PublisherFacts own_;
  std::map<std::string, PublisherFacts, std::less<>> publishers_;  // by origin
};

/// This node's address as its operator set it; else as the request named the host; else a name that
/// is no address.
std::string base_address(const NodeCard& own, const Request& request);

PublishedEntry published(const ListedEntry& entry);

}  // namespace dure::node::http
