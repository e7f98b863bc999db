// SPDX-License-Identifier: Apache-2.0
// Requests to end an entry: they go the way of drafts, from one person to another, without being
// edited.
#include <utility>

#include "console/drafts.h"
#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

Error bad_reason() {
  return {ErrorCode::kInvalid, "a reason, of 1,000 characters at most",
          "errors.console_withdraw_reason"};
}

bool is_done(const Draft& draft) {
  return draft.state == DraftState::kPublished || draft.state == DraftState::kDropped;
}

}  // namespace

std::string request_reason(const Draft& draft) {
  if (!draft.is_request()) return {};
  const auto body = parse_flat_json(draft.body);
  if (!body || body->size() != 1 || body->front().first != "reason") return {};
  const auto* const reason = std::get_if<std::string>(&body->front().second);
  return reason == nullptr ? std::string() : *reason;
}

Result<StandingRecord> Drafts::may_withdraw(const std::string& id) const {
  auto record = ports_.standing(id);
  if (record && (record->withdrawn || !record->readable))
    return Error{ErrorCode::kGone, "it was withdrawn or erased", "errors.console_ended"};
  return record;
}

Result<Draft> Drafts::ask_to_withdraw(const std::string& author, const std::string& id,
                                      const std::string& reason) {
  const auto record = may_withdraw(id);
  if (!record) return record.error();
  if (!is_utf8(reason)) return bad_reason();
  Draft request;
  request.type = kWithdrawal;
  request.record = id;
  request.base_rev = record->rev;
  request.author = request.editor = author;
  request.body = canonical_json({{"reason", trimmed(reason)}});
  if (!faults(request).empty()) return bad_reason();
  return add_request(std::move(request));
}

/// Under one lock with approving, so that a double click asks once.
Result<Draft> Drafts::add_request(Draft request) {
  const std::lock_guard lock(approving_);
  const auto known = ports_.store->drafts(0);
  if (!known) return known.error();
  for (const Draft& other : *known) {
    const bool waits = other.type == request.type && other.record == request.record;
    if (!waits || is_done(other)) continue;
    if (other.author == request.author && other.body == request.body) return other;
    return Error{ErrorCode::kConflict,
                 "it was asked for already",
                 "errors.console_asked",
                 {{"number", std::to_string(other.number)}}};
  }
  request.state = DraftState::kReview;
  request.begun = request.changed = ports_.now();
  const Act asked{request.author, "withdraw.ask", {}, request.record, request.begun};
  auto number = ports_.store->add_draft(request, asked);
  if (!number) return std::move(number).error();
  request.number = *number;
  return request;
}

}  // namespace dure::node
