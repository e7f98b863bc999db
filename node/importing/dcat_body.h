// SPDX-License-Identifier: Apache-2.0
// One dataset or service of a DCAT catalogue as the body of a `dataset` entry. Internal to
// importing/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "importing/graph_view.h"

namespace dure::node {

/// The name of who publishes `subject`; empty if it says nobody.
std::string dcat_publisher(const GraphView& view, const Term& subject);

/// The body without `licence`, `regions` and `identifiers`; what the graph does not say is missing.
nlohmann::json dcat_body(const GraphView& view, const Term& subject);

/// How `subject` says that it may be used: addresses and names, its own before those of its
/// distributions.
std::vector<std::string> dcat_licences(const GraphView& view, const Term& subject);

}  // namespace dure::node
