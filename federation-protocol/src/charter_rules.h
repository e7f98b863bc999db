// SPDX-License-Identifier: Apache-2.0
// Private: what a charter must hold, whoever signed it.
#pragma once

#include "dure/charter.h"

namespace dure {

/// Errors: kMalformed. Spec: PROTOCOL.md §16.
Status check_charter(const Charter& charter);

}  // namespace dure
