// SPDX-License-Identifier: Apache-2.0
// Charters travel by asking: versions one after the other, then drafts with their signatures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "membership/charter_book.h"
#include "replication/ports.h"

namespace dure::node {

inline constexpr std::size_t kMaxVersionsAtOnce = 1024;

/// What asking one peer brought.
struct CharterNews {
  std::size_t adopted = 0;
  std::size_t drafts = 0;        // new, or with new signatures
  bool conflict = false;         // now known to contradict
  std::optional<Error> refused;  // the first thing that was not taken in
};

/// What `GET /federation/charter-state` answers; empty without a charter. Spec: PROTOCOL.md §16.11.
std::string format_charter_state(const CharterBook& book);

/// Asks the peer behind `source` for what `book` does not have. Errors: those of the source
/// (kNotFound: the peer has no charter), kStorage.
Result<CharterNews> exchange_charters(CharterBook& book, Source& source);

/// All versions that the peer has, as notes, version 1 first; nothing is verified yet.
Result<std::vector<std::string>> fetch_chain(Source& source);

/// Asks to be taken in. Errors: those of the source; kConflict (a member already, another
/// federation).
Status send_join_request(Source& source, const std::string& note);

}  // namespace dure::node
