// SPDX-License-Identifier: Apache-2.0
// Private: what a charter must hold, whoever signed it.
#pragma once

#include "dure/charter.h"

namespace dure {

/// Errors: kMalformed. Spec: PROTOCOL.md §16.
Status check_charter(const Charter& charter);
/// The rules for one member by itself. Errors: kMalformed.
Status check_member(const CharterMember& member);

}  // namespace dure
