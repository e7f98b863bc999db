// SPDX-License-Identifier: Apache-2.0
// The leaf: the small, public, permanent part of an entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dure/encoding.h"

namespace dure {

inline constexpr std::size_t kMaxLeafBytes = 1024;
inline constexpr std::size_t kEntryIdCharacters = 26;

enum class EntryClass { kPublic, kMembers };

/// The members of a leaf. No title, name or free text: a leaf is forever.
///
/// {"class":"public","commit":"…","id":"…26…","rev":1,"size":1024,"time":"2026-11-22T09:00:00Z","type":"service","v":1}
struct Leaf {
  std::string type;  // [a-z][a-z-]{0,31}; unknown ones are stored and mirrored, not shown
  std::string id;    // 128 random bits, base32
  std::uint64_t rev = 1;
  EntryClass entry_class = EntryClass::kPublic;
  Hash commitment{};
  std::uint64_t size = 1024;
  std::string time;                     // RFC 3339, UTC, whole seconds, informative
  std::optional<std::uint64_t> target;  // exactly for type "erase"
};

/// The canonical bytes. `leaf` must hold values that parse_leaf would accept (else abort).
std::string format_leaf(const Leaf& leaf);
/// Errors: kMalformed (not the RFC 8785 form, missing or unknown member, bad value), kTooLarge,
/// kUnsupported (v). format_leaf(parse_leaf(x)) == x.
Result<Leaf> parse_leaf(std::string_view bytes);

bool is_entry_id(std::string_view id);
bool is_entry_type(std::string_view type);
/// `YYYY-MM-DDThh:mm:ssZ` with a valid calendar date.
bool is_leaf_time(std::string_view time);

}  // namespace dure
