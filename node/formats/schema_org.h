// SPDX-License-Identifier: Apache-2.0
// What search engines read in an entry's page. Spec: schema.org GovernmentService, Dataset.
#pragma once

#include <string>

#include "formats/entry_rdf.h"

namespace dure::node {

/// HTML for the head of an entry's page: a canonical link to `address` unless that is empty, and,
/// for services and data, a block of JSON-LD. Nothing in it can end the block or be run.
std::string entry_head(const PublishedEntry& entry, const PublisherFacts& publisher,
                       const RdfContext& context, const std::string& address);

}  // namespace dure::node
