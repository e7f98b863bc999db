// SPDX-License-Identifier: Apache-2.0
#include "console/drafts.h"

#include <utility>

#include "dure/encoding.h"
#include "publishing/entry_document.h"
#include "publishing/entry_planner.h"

namespace dure::node {
namespace {

Error refused(const char* text) { return {ErrorCode::kRefused, text, text}; }
Error changed() {
  return {ErrorCode::kConflict, "somebody changed it meanwhile", "errors.console_changed"};
}

/// The body of an entry that was begun at `seconds`.
std::string dated(std::int64_t seconds) {
  return R"({"modified":")" + day_in_korea(seconds) + R"("})";
}

/// What is published: members sorted, no white space, as from the command line.
Result<EntryDocument> document_of(const Draft& draft) {
  EntryDocument written;
  written.type = draft.type;
  written.body = draft.body;
  return parse_entry_document(format_entry_document(written));
}

}  // namespace

std::string day_in_korea(std::int64_t seconds) {
  constexpr std::int64_t kKorea = 9 * 3600;
  return format_leaf_time(seconds + kKorea).substr(0, 10);
}

Result<Draft> Drafts::change(Draft draft, const std::string& account, const char* act,
                             std::string note) {
  draft.changed = ports_.now();
  const std::string subject = std::to_string(draft.number);
  const Act done{account, act, subject, std::move(note), draft.changed};
  if (auto kept = ports_.store->change_draft(draft, done); !kept) return std::move(kept).error();
  ++draft.version;
  return draft;
}

Result<Draft> Drafts::begin(const std::string& author, const std::string& type,
                            const std::string& body) {
  Draft draft;
  draft.type = type;
  draft.begun = draft.changed = ports_.now();
  draft.body = body.empty() ? dated(draft.begun) : body;
  draft.author = draft.editor = author;
  auto number = ports_.store->add_draft(draft, {author, "draft.begin", {}, type, draft.begun});
  if (!number) return std::move(number).error();
  draft.number = *number;
  return draft;
}

Result<Draft> Drafts::revise(const std::string& author, const std::string& id) {
  auto record = ports_.record(id);
  if (!record) return std::move(record).error();
  Draft draft;
  draft.type = record->type;
  draft.record = id;
  draft.base_rev = record->rev;
  draft.body = std::move(record->body);
  draft.author = draft.editor = author;
  draft.begun = draft.changed = ports_.now();
  auto number = ports_.store->add_draft(draft, {author, "draft.revise", {}, id, draft.begun});
  if (!number) return std::move(number).error();
  draft.number = *number;
  return draft;
}

Result<Draft> Drafts::find(std::uint64_t number) {
  auto found = ports_.store->draft(number);
  if (!found) return std::move(found).error();
  if (!*found)
    return Error{ErrorCode::kNotFound,
                 "no such draft",
                 "errors.console_no_draft",
                 {{"number", std::to_string(number)}}};
  return **std::move(found);
}

Result<std::optional<Draft>> Drafts::holding(std::string_view mark) {
  const auto known = ports_.store->drafts(0);
  if (!known) return known.error();
  for (const Draft& draft : *known) {
    if (draft.body.find(mark) != std::string::npos) return std::optional(draft);
  }
  return std::optional<Draft>();
}

Result<Draft> Drafts::open_draft(std::uint64_t number, std::uint64_t version) {
  auto draft = find(number);
  if (!draft) return draft;
  if (!draft->open()) return refused("errors.console_not_open");
  if (draft->version != version) return changed();
  return draft;
}

Result<Draft> Drafts::in_review(std::uint64_t number, std::uint64_t version) {
  auto draft = find(number);
  if (!draft) return draft;
  if (draft->state != DraftState::kReview) return refused("errors.console_not_in_review");
  if (draft->version != version) return changed();
  return draft;
}

Result<Draft> Drafts::save(const std::string& editor, std::uint64_t number, std::uint64_t version,
                           const std::string& body) {
  auto draft = find(number);
  // Sent twice by a reload: it is there already.
  if (draft && draft->open() && draft->body == body) return draft;
  draft = open_draft(number, version);
  if (!draft) return draft;
  if (body.size() > kMaxBodyBytes)
    return Error{ErrorCode::kTooLarge, "the body is too large", "errors.console_large"};
  draft->body = body;
  draft->editor = editor;
  draft->changed = ports_.now();
  if (auto kept = ports_.store->change_draft(*draft, std::nullopt); !kept)
    return std::move(kept).error();
  ++draft->version;
  return draft;
}

Status Drafts::fit_to_publish(const Draft& draft) const {
  if (draft.type == kErasure) return ok();  // checked when it was asked for
  for (const EntryFault& fault : faults(draft)) {
    if (fault.severity == FaultSeverity::kError) return to_error(fault);
  }
  auto document = document_of(draft);
  return document ? ok() : Status(std::move(document).error());
}

Result<Draft> Drafts::submit(const std::string& editor, std::uint64_t number,
                             std::uint64_t version) {
  auto draft = open_draft(number, version);
  if (!draft) return draft;
  if (auto fit = fit_to_publish(*draft); !fit) return std::move(fit).error();
  draft->state = DraftState::kReview;
  draft->reason.clear();
  return change(*std::move(draft), editor, "draft.submit");
}

Result<Draft> Drafts::take_back(const std::string& editor, std::uint64_t number,
                                std::uint64_t version) {
  auto draft = find(number);
  if (!draft) return draft;
  if (draft->state != DraftState::kReview && draft->state != DraftState::kDropped)
    return refused("errors.console_not_in_review");
  if (draft->version != version) return changed();
  if (draft->is_request()) {
    if (draft->state == DraftState::kDropped) return refused("errors.console_not_in_review");
    draft->state = DraftState::kDropped;
    return change(*std::move(draft), editor, "draft.drop");
  }
  draft->state = DraftState::kDraft;
  return change(*std::move(draft), editor, "draft.take-back");
}

Result<Draft> Drafts::drop(const std::string& editor, std::uint64_t number, std::uint64_t version) {
  auto draft = open_draft(number, version);
  if (!draft) return draft;
  draft->state = DraftState::kDropped;
  return change(*std::move(draft), editor, "draft.drop");
}

Result<Draft> Drafts::give_back(const std::string& approver, std::uint64_t number,
                                std::uint64_t version, const std::string& reason) {
  auto draft = in_review(number, version);
  if (!draft) return draft;
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos || reason.size() > kMaxReason ||
      !is_utf8(reason))
    return Error{ErrorCode::kInvalid, "a reason, of 2,000 bytes at most", "errors.console_reason"};
  draft->state = draft->is_request() ? DraftState::kDropped : DraftState::kReturned;
  draft->approver = approver;
  draft->reason = reason;
  return change(*std::move(draft), approver, "draft.return", reason);
}

Result<bool> Drafts::may_approve(const std::string& approver, const Draft& draft) {
  if (draft.author != approver && draft.editor != approver) return true;
  return ports_.alone();
}

Result<Draft> Drafts::approve(const std::string& approver, std::uint64_t number,
                              std::uint64_t version, std::string_view typed) {
  const std::lock_guard lock(approving_);
  auto draft = find(number);
  if (!draft) return draft;
  if (draft->state == DraftState::kApproved) return publish(*std::move(draft));
  draft = in_review(number, version);
  if (!draft) return draft;
  const auto may = may_approve(approver, *draft);
  if (!may) return may.error();
  if (!*may) return refused("errors.console_own_work");
  if (auto sure = confirmed(*draft, typed); !sure) return std::move(sure).error();
  if (auto fit = fit_to_publish(*draft); !fit) return std::move(fit).error();
  const bool own = draft->author == approver || draft->editor == approver;
  draft->state = DraftState::kApproved;
  draft->approver = approver;
  draft->log_size = ports_.log_size();
  draft = change(*std::move(draft), approver, own ? "draft.approve-own" : "draft.approve");
  if (!draft) return draft;
  return publish(*std::move(draft));
}

/// What an approval that was interrupted has published already.
Result<std::optional<LogEntry>> Drafts::published_before(const Draft& draft,
                                                         const std::string& body) {
  for (std::uint64_t index = draft.log_size; index < ports_.log_size(); ++index) {
    auto entry = ports_.entry(index);
    if (!entry) return std::move(entry).error();
    const bool same = entry->type == draft.type && entry->body == body &&
                      (draft.record.empty() || entry->id == draft.record);
    if (same) return std::optional(*std::move(entry));
  }
  return std::optional<LogEntry>();
}

Result<Draft> Drafts::publish(Draft draft) {
  if (draft.type == kErasure) return erase(std::move(draft));
  auto document = document_of(draft);
  if (!document) return std::move(document).error();
  const auto before = published_before(draft, document->body);
  if (!before) return before.error();
  if (*before) {
    const std::string id = (*before)->id;
    if (ports_.found_published) {
      auto noted = ports_.found_published(document->source, id);
      if (!noted) return std::move(noted).error();
    }
    return published(std::move(draft), id, (*before)->rev);
  }
  Submission submission;
  submission.type = draft.type;
  submission.body = std::move(document->body);
  submission.source = std::move(document->source);
  if (!draft.record.empty()) {
    submission.id = draft.record;
    submission.expected_rev = draft.base_rev;
  }
  const auto receipt = ports_.publish(std::move(submission));
  if (!receipt) return back_to_review(std::move(draft), receipt.error());
  return published(std::move(draft), receipt->id, receipt->rev);
}

Result<Draft> Drafts::published(Draft draft, const std::string& id, std::uint64_t rev) {
  draft.state = DraftState::kPublished;
  draft.record = id;
  const std::string approver = draft.approver;
  const char* act = "draft.published";
  if (draft.type == kWithdrawal) act = "withdraw.done";
  if (draft.type == kErasure) act = "erase.done";
  return change(std::move(draft), approver, act, id + " " + std::to_string(rev));
}

/// What will never be published as it is waits for a decision again; what the node could not do now
/// stays approved.
Result<Draft> Drafts::back_to_review(Draft draft, const Error& error) {
  const bool nodes_trouble =
      error.code == ErrorCode::kStorage || error.code == ErrorCode::kQuarantined ||
      error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kInternal;
  if (nodes_trouble) return error;
  draft.state = DraftState::kReview;
  const std::string approver = draft.approver;
  const auto changed = change(std::move(draft), approver, "draft.refused", error.detail);
  return changed ? error : changed.error();
}

}  // namespace dure::node
