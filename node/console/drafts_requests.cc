// SPDX-License-Identifier: Apache-2.0
// Requests to end an entry: they go the way of drafts, from one person to another, without being
// edited.
#include <algorithm>
#include <utility>

#include "console/drafts.h"
#include "dure/encoding.h"
#include "dure/erasure.h"

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

Error not_named() {
  return {ErrorCode::kInvalid, "the title or the id of the entry", "errors.console_confirm"};
}

bool is_named(const StandingRecord& record, std::string_view id, std::string_view typed) {
  const std::string words = trimmed(typed);
  return words == id ||
         std::find(record.titles.begin(), record.titles.end(), words) != record.titles.end();
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

Result<StandingRecord> Drafts::may_erase(const std::string& id) const {
  auto record = ports_.standing(id);
  if (record && record->erased)
    return Error{ErrorCode::kGone, "it was erased", "errors.console_ended"};
  return record;
}

Result<Draft> Drafts::ask_to_erase(const std::string& author, const std::string& id,
                                   const std::string& reason, std::string_view typed) {
  const auto record = may_erase(id);
  if (!record) return record.error();
  if (!is_erasure_reason(reason))
    return Error{ErrorCode::kInvalid, "no such reason", "errors.console_erase_reason"};
  if (!is_named(*record, id, typed)) return not_named();
  Draft request;
  request.type = kErasure;
  request.record = id;
  request.base_rev = record->rev;
  request.author = request.editor = author;
  request.body = canonical_json({{"reason", reason}});
  return add_request(std::move(request));
}

/// Whether the approver wrote down what will be erased.
Status Drafts::confirmed(const Draft& draft, std::string_view typed) const {
  if (draft.type != kErasure) return ok();
  const auto record = ports_.standing(draft.record);
  if (!record) return record.error();
  return is_named(*record, draft.record, typed) ? ok() : Status(not_named());
}

/// Erasing again finds what is erased already, so nothing has to be looked for after a failure.
Result<Draft> Drafts::erase(Draft draft) {
  const auto erased =
      ports_.erase({draft.record, draft.base_rev, request_reason(draft), draft.approver});
  if (!erased) return back_to_review(std::move(draft), erased.error());
  const std::string record = draft.record;
  const std::uint64_t rev = draft.base_rev;
  return published(std::move(draft), record, rev);
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
  const Act asked{request.author, request.type + ".ask", {}, request.record, request.begun};
  auto number = ports_.store->add_draft(request, asked);
  if (!number) return std::move(number).error();
  request.number = *number;
  return request;
}

}  // namespace dure::node
