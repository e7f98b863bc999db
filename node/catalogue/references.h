// SPDX-License-Identifier: Apache-2.0
// Which other entries a body names. Spec: PROTOCOL.md 5.5.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"

namespace dure::node {

inline constexpr std::size_t kMaxReferences = 200;  // of one entry; further ones are left out

/// The members of a body that name entries: the kinds of references.
std::span<const std::string_view> reference_kinds();
bool is_reference_kind(std::string_view name);

/// What a body names, in the order of its members' names; each entry once for each kind. Never
/// fails: what names no entry is none.
std::vector<EntryReference> references_of(const nlohmann::json& body);

/// The member that a log belongs to: its origin without the generation.
std::string_view member_of_origin(std::string_view origin);

/// A record as people name it: `ID`, or `ORIGIN/ID` where several logs may claim the id.
struct RecordName {
  std::string origin;  // may be empty
  std::string id;
};
/// Errors: kInvalid.
Result<RecordName> parse_record_name(std::string_view text);
std::string format_record_name(const RecordName& name);
/// Whether `item` is the record: logs of one member go on with the same records.
bool is_named(const CatalogueItem& item, const RecordName& name);

}  // namespace dure::node
