// SPDX-License-Identifier: Apache-2.0
// The whole catalogue as one DCAT-AP 3.0.1 + CPSV-AP 3.2.0 document, or a page of it, made entry by
// entry.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/entry_rdf.h"
#include "formats/json_ld.h"

namespace dure::node {

enum class RdfFormat { kJsonLd, kTurtle };

/// What is said of the catalogue itself.
struct CatalogueFacts {
  PublisherFacts publisher;      // of this node
  std::string issued, modified;  // RFC 3339; empty: nothing was published yet
  std::string next;              // address of the next page, or empty
  std::string page;              // address of this one, or empty: there is one only
};

/// One document: open, append for each entry, close. What comes out is appended to what came
/// before.
class CatalogueDocument {
 public:
  CatalogueDocument(RdfFormat format, CatalogueFacts facts, RdfContext context);

  std::string open();
  /// Instead of open(): this goes on with what another one began.
  void go_on() { json_.go_on(); }
  /// `publisher` is described once.
  std::string append(const PublishedEntry& entry, const PublisherFacts& publisher);
  std::string close();

 private:
  std::string write(const RdfNode& node);
  std::string write(const std::vector<RdfNode>& nodes);

  const RdfFormat format_;
  const CatalogueFacts facts_;
  RdfContext context_;
  JsonLdWriter json_;
  std::set<std::string, std::less<>> publishers_;
};

/// One entry as a document of its own, with its publisher.
std::string entry_document(RdfFormat format, const PublishedEntry& entry,
                           const PublisherFacts& publisher, const RdfContext& context);

}  // namespace dure::node
