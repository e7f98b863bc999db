// SPDX-License-Identifier: Apache-2.0
// federation-protocol/schemas, as part of the program.
#pragma once

#include <span>

#include "web/embedded.h"

namespace dure::node {

std::span<const EmbeddedFile> embedded_schemas();

}  // namespace dure::node
