// SPDX-License-Identifier: Apache-2.0
// One entry of a log, folded into a change of the catalogue.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "catalogue/ports.h"
#include "dure/commitment.h"

namespace dure::node {

enum class Folded {
  kChange,       // `change` is to be applied
  kUnknownType,  // mirrored, not shown
  kInvalid,      // leaf or body cannot be read, or the title is missing
  kNotPublic,    // of a class that the public catalogue does not show
};

struct Projection {
  Folded outcome = Folded::kInvalid;
  CatalogueChange change;
};

/// Folds entry `index` of `origin`. A body that is not here (erased) leaves a withdrawn record.
/// Never fails.
Projection project(std::string_view origin, std::uint64_t index, std::string_view leaf,
                   const std::optional<BodyView>& body);

}  // namespace dure::node
