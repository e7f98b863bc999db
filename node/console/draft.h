// SPDX-License-Identifier: Apache-2.0
// An entry on its way to publication.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dure::node {

/// draft: being written · review: waits for an approver · returned: with a reason, to be changed ·
/// approved: is being published · published · dropped: never will be.
enum class DraftState : std::uint8_t {
  kDraft,
  kReview,
  kReturned,
  kApproved,
  kPublished,
  kDropped
};
std::string_view state_word(DraftState state);
std::optional<DraftState> parse_draft_state(std::string_view word);

// The types of requests.
inline constexpr std::string_view kWithdrawal = "withdraw", kErasure = "erase";

/// An entry that is written, or a request to end one: of type kWithdrawal or kErasure, with the
/// reason (of an erasure: its code) in its body. Nobody edits a request: it waits for a decision
/// from the start and is dropped or done.
struct Draft {
  std::uint64_t number = 0;  // 1, 2, …
  std::string type;
  std::string record;          // id of the record that it revises, or that it became; may be empty
  std::uint64_t base_rev = 0;  // the revision that it began from; 0: a new record
  std::string body;            // JSON, as far as it is written
  DraftState state = DraftState::kDraft;
  std::string author;                   // who began it
  std::string editor;                   // who changed it last
  std::string approver;                 // who published or returned it; may be empty
  std::string reason;                   // of returning or refusing; may be empty
  std::uint64_t log_size = 0;           // of the own log when it was approved
  std::uint64_t version = 1;            // grows with every change
  std::int64_t begun = 0, changed = 0;  // POSIX seconds
  friend bool operator==(const Draft&, const Draft&) = default;

  /// Whether its text may still be changed.
  bool open() const { return state == DraftState::kDraft || state == DraftState::kReturned; }
  bool is_request() const { return type == kWithdrawal || type == kErasure; }
};

}  // namespace dure::node
