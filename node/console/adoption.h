// SPDX-License-Identifier: Apache-2.0
// With what the entry about an adoption begins. Pure.
#pragma once

#include <string>
#include <string_view>

namespace dure::node {

/// The entry of another government that is taken over.
struct AdoptedEntry {
  std::string origin, id;
  std::string body;  // JSON
};

/// Whether there are adoptions of entries of `type`.
bool can_be_adopted(std::string_view type);

/// The body of an entry of type adoption, as far as it is known: what is taken over, by the
/// government of the region `region` (5 digits, or empty), decided on the day `today`.
std::string adoption_draft(const AdoptedEntry& adopted, const std::string& region,
                           const std::string& today);

}  // namespace dure::node
