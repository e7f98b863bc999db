// SPDX-License-Identifier: Apache-2.0
// The pages of the console as plain data in, HTML out.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "web/pages.h"

namespace dure::node {

/// Round every page of somebody who is signed in.
struct ConsoleFrame {
  PageFrame page;
  std::string account, form_token;
  bool author = false, approver = false, operates = false, auditor = false;
  std::string said;             // what was just done, in words; may be empty
  std::string fault;            // what went wrong, in words; may be empty
  std::string fault_href = {};  // of the field that it is about; may be empty
};

/// For nobody in particular. `fault` may be empty.
std::string render_sign_in(const PageFrame& frame, const std::string& name,
                           const std::string& fault);
std::string render_set_up(const PageFrame& frame, const std::string& name, const std::string& code,
                          const std::string& fault);

struct DraftRow {
  std::string href, title, type, record;
  std::string state;  // a word of the drafts
  std::string author, editor, changed, reason;
  bool request = false;
};

struct ConsoleHomeView {
  std::vector<DraftRow> for_review, mine, others, done;
  std::uint64_t waiting_messages = 0;  // of citizens
};
std::string render_console_home(const ConsoleFrame& frame, const ConsoleHomeView& view);

std::string render_new_draft(const ConsoleFrame& frame, const std::vector<SelectOption>& types);

struct DraftView {
  std::uint64_t number = 0, version = 0;
  std::string type_name, state, author, editor, reason, record_href;
  std::string fields;      // HTML of the form's fields
  std::string other_href;  // of what somebody else stored meanwhile; empty: nobody did
};
std::string render_draft(const ConsoleFrame& frame, const DraftView& view);

struct ReviewView {
  std::uint64_t number = 0, version = 0;
  EntryView entry;
  std::string state, author, editor, reason, record_href;
  bool may_approve = false, may_return = false, may_take_back = false, alone = false;
  std::string typed_reason;
};
std::string render_review(const ConsoleFrame& frame, const ReviewView& view);

/// Somebody asks for the end of an entry.
struct AskView {
  std::string act;  // "withdraw", "erase"
  std::string id, title, type_name, record_href;
  std::string reason;                 // as typed or chosen
  std::vector<SelectOption> reasons;  // to choose from; empty: it is written
  std::string typed;                  // title or id, as a sign that this entry is meant
};
std::string render_ask(const ConsoleFrame& frame, const AskView& view);

/// What was asked, for whoever decides.
struct RequestView {
  std::string act;  // "withdraw", "erase"
  std::uint64_t number = 0, version = 0;
  EntryView entry;  // no title: nothing of it is left
  std::string id, state, author, record_href;
  std::string why, refused_why;  // the latter may be empty
  bool may_approve = false, may_return = false, may_take_back = false, alone = false;
  bool confirms = false;  // who approves writes down the title or the id
  std::string typed_reason, typed;
};
std::string render_request(const ConsoleFrame& frame, const RequestView& view);

/// What one erase entry of the own log took away, and who has done so, too.
struct ErasureRow {
  std::string id, href, reason, time;  // reason: in words; time: RFC 3339
  std::uint64_t rev = 0;
  bool finished = false;                                     // nothing is left in the files here
  std::vector<std::string> answered;                         // names of governments with a receipt
  std::vector<std::pair<std::string, std::string>> waiting;  // name, and when last seen; or empty
};
std::string render_erasures(const ConsoleFrame& frame, const std::vector<ErasureRow>& rows);

/// A message of a citizen, in a list or alone.
struct TellingView {
  std::uint64_t number = 0, times = 1;
  std::string href, kind, state;  // words of the inbox: "wrong", "waiting", …
  std::string received, decided;  // RFC 3339; the latter may be empty
  std::string text, answer;       // the latter may be empty
  std::string entry, entry_href;  // the entry that is wrong: title or id; may be empty
  std::string record_href;        // of the proposal that was published; may be empty
};
struct InboxListView {
  std::string shown;  // "waiting", "answered", "declined"
  std::vector<TellingView> rows;
  std::uint64_t waiting = 0;
};
std::string render_inbox(const ConsoleFrame& frame, const InboxListView& view);

/// What the visitor may do with it, and what was typed.
struct InboxMessageView {
  TellingView telling;
  bool may_decide = false, may_propose = false;
  std::string draft_href;  // of a proposal that is being written; may be empty
  std::string typed;
};
std::string render_inbox_message(const ConsoleFrame& frame, const InboxMessageView& view);

/// An entry of another government that may be taken over.
struct AdoptableRow {
  std::string id, origin, href, title, type, publisher, modified;
};
std::string render_adopt(const ConsoleFrame& frame, const std::string& words,
                         const std::vector<AdoptableRow>& rows);

struct OwnEntryRow {
  std::string id, href, title, type, modified;
};
std::string render_own_entries(const ConsoleFrame& frame, const std::string& words,
                               const std::vector<OwnEntryRow>& rows);

struct AccountRow {
  std::string name, signed_in;
  std::vector<std::pair<std::string, bool>> roles;  // words of all roles, and which it has
  bool disabled = false, waits = false;             // waits: the link was not used yet
};
/// `link` was just made, is shown once, and may be empty.
std::string render_accounts(const ConsoleFrame& frame, const std::vector<AccountRow>& rows,
                            const std::string& link_for, const std::string& link);

struct ActRow {
  std::uint64_t number = 0;
  std::string time, account, act, subject, note;
};
std::string render_acts(const ConsoleFrame& frame, const std::vector<ActRow>& rows,
                        const std::string& older_href, bool whole);

struct FindingRow {
  std::string verdict;  // as verdict_name() writes it
  std::string word, found, remedy;
};
struct PeerRow {
  std::string name, url, state, last_success;  // state: in words
  std::string size;
  bool bad = false;
};
struct NodeStateView {
  bool known = false;  // else nothing could be found out
  std::size_t errors = 0, warnings = 0;
  bool thorough = false;  // with what takes longer: peers, the public address, whole databases
  std::vector<FindingRow> wrong, fine;
  std::vector<PeerRow> peers;
  std::uint64_t outstanding_receipts = 0;  // of erasures asked for
};
std::string render_node_state(const ConsoleFrame& frame, const NodeStateView& view);

std::string render_password(const ConsoleFrame& frame);

}  // namespace dure::node
