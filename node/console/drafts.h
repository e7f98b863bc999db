// SPDX-License-Identifier: Apache-2.0
// From a draft to an entry by four eyes: one person writes and asks for review, another publishes
// or returns it with a reason.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/ports.h"
#include "publishing/entry_validation.h"
#include "publishing/publisher.h"

namespace dure::node {

inline constexpr std::size_t kMaxReason = 2000;  // bytes of why a draft is returned

/// A record of the own log as it is now.
struct PresentRecord {
  std::string type;
  std::uint64_t rev = 0;
  std::string body;
};

/// A record of the own log, whatever became of it.
struct StandingRecord {
  std::uint64_t rev = 0;
  bool withdrawn = false;
  bool readable = false;                 // a revision is left that can be read
  bool erased = false;                   // nothing is left of it, not even why it was withdrawn
  std::vector<std::string> titles = {};  // in every language; none of what is erased
};

/// What an approver erases.
struct ErasureWish {
  std::string id;
  std::uint64_t rev = 0;  // the newest revision, as it was when it was asked for
  std::string reason;     // a code
  std::string account;    // who approved it
};

/// An entry of the own log.
struct LogEntry {
  std::string type, id, body;
  std::uint64_t rev = 0;
};

struct DraftsPorts {
  ConsoleStore* store = nullptr;  // outlives the drafts
  std::function<std::int64_t()> now;
  std::function<std::vector<EntryFault>(std::string_view type, std::string_view body)> check;
  /// Errors: kNotFound, kGone (withdrawn, erased).
  std::function<Result<PresentRecord>(std::string_view id)> record;
  std::function<Result<StandingRecord>(std::string_view id)> standing;  // Errors: kNotFound.
  std::function<Result<Receipt>(Submission submission)> publish;
  /// An entry with this source was published by an approval that was cut off. May be empty.
  std::function<Status(const std::string& source, const std::string& record)> found_published;
  /// Takes the bodies of all revisions away. Doing it again changes nothing. Errors: kConflict
  /// (there is a newer revision), those of the publisher.
  std::function<Status(const ErasureWish& wish)> erase;
  std::function<std::uint64_t()> log_size;  // of the own log
  std::function<Result<LogEntry>(std::uint64_t index)> entry;
  std::function<Result<bool>()> alone;  // one person is all there is
};

/// Threads: any. Whoever changes a draft says which version was seen; kConflict if it is another
/// one by now.
class Drafts {
 public:
  explicit Drafts(DraftsPorts ports) : ports_(std::move(ports)) {}

  /// Begins an entry of `type` (`body` as far as it is known; else it is of today), or a revision
  /// of the record `id`. Errors: kInvalid (type), kNotFound, kGone, kStorage.
  Result<Draft> begin(const std::string& author, const std::string& type,
                      const std::string& body = {});
  Result<Draft> revise(const std::string& author, const std::string& id);
  /// The record as it is, if it can be withdrawn. Errors: kNotFound, kGone (withdrawn, erased).
  Result<StandingRecord> may_withdraw(const std::string& id) const;
  /// Asks an approver to withdraw the record `id`, for a reason that everybody will read. Asking
  /// the same again finds what was asked first. Errors: as may_withdraw(); kInvalid (reason),
  /// kConflict (another request for it waits), kStorage.
  Result<Draft> ask_to_withdraw(const std::string& author, const std::string& id,
                                const std::string& reason);
  /// As may_withdraw(), for erasing: of a withdrawn record, too.
  Result<StandingRecord> may_erase(const std::string& id) const;
  /// Asks an approver to erase all revisions of the record `id`. `reason` is one of
  /// erasure_reasons(), `typed` its id or title, as a sign that this one is meant. Errors: as
  /// ask_to_withdraw(); kInvalid also for `typed`.
  Result<Draft> ask_to_erase(const std::string& author, const std::string& id,
                             const std::string& reason, std::string_view typed);
  /// One on its way whose text holds `mark`, if there is one.
  Result<std::optional<Draft>> holding(std::string_view mark);
  /// Errors: kNotFound, kStorage.
  Result<Draft> find(std::uint64_t number);
  Result<std::vector<Draft>> list() { return ports_.store->drafts(kShownDone); }

  /// Keeps what was written, faults or not; what is there already stays, whatever the version.
  /// Errors: kRefused (not open any more), kTooLarge,
  /// kConflict, kStorage.
  Result<Draft> save(const std::string& editor, std::uint64_t number, std::uint64_t version,
                     const std::string& body);
  std::vector<EntryFault> faults(const Draft& draft) const {
    return ports_.check(draft.type, draft.body);
  }
  /// Asks for review. Errors: as save(); kInvalid (faults, the first one).
  Result<Draft> submit(const std::string& editor, std::uint64_t number, std::uint64_t version);
  /// Takes it back from review, or up again after it was dropped; a request is dropped. Errors: as
  /// save().
  Result<Draft> take_back(const std::string& editor, std::uint64_t number, std::uint64_t version);
  /// Errors: as save().
  Result<Draft> drop(const std::string& editor, std::uint64_t number, std::uint64_t version);

  /// Returns it to be changed; a request is refused for good. Errors: kInvalid (no reason, or a
  /// long one), kRefused (not in review), kConflict, kStorage.
  Result<Draft> give_back(const std::string& approver, std::uint64_t number, std::uint64_t version,
                          const std::string& reason);
  /// Publishes it, or does what a request asks for. An approval that was interrupted is finished by
  /// approving again: nothing is done twice. `typed` is the title or id of what a request to erase
  /// is about. Errors: kInvalid (`typed`), kRefused (not in review, or one's own work while there
  /// are others), kInvalid (faults), kConflict (also: the record has a newer revision), those of
  /// Publisher::publish.
  Result<Draft> approve(const std::string& approver, std::uint64_t number, std::uint64_t version,
                        std::string_view typed = {});
  /// Whether `approver` may publish it: nobody approves what they wrote, unless nobody else is
  /// there.
  Result<bool> may_approve(const std::string& approver, const Draft& draft);

 private:
  static constexpr std::size_t kShownDone = 50;
  Result<Draft> change(Draft draft, const std::string& account, const char* act,
                       std::string note = {});
  Result<Draft> add_request(Draft request);
  Status confirmed(const Draft& draft, std::string_view typed) const;
  Result<Draft> erase(Draft draft);
  Result<Draft> open_draft(std::uint64_t number, std::uint64_t version);
  Result<Draft> in_review(std::uint64_t number, std::uint64_t version);
  Status fit_to_publish(const Draft& draft) const;
  Result<std::optional<LogEntry>> published_before(const Draft& draft, const std::string& body);
  Result<Draft> publish(Draft draft);
  Result<Draft> published(Draft draft, const std::string& id, std::uint64_t rev);
  Result<Draft> back_to_review(Draft draft, const Error& error);

  const DraftsPorts ports_;
  // One approval and one request at a time: a second click finds the first one done.
  std::mutex approving_;
};

/// The day in Korea at `seconds`, as RFC 3339 has it.
std::string day_in_korea(std::int64_t seconds);

/// Why a request was made, as it will be published: words, or a code of erasure_reasons(). Empty if
/// `draft` is none.
std::string request_reason(const Draft& draft);

}  // namespace dure::node
