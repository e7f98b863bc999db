// SPDX-License-Identifier: Apache-2.0
#include "app/charter_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/quorum.h"
#include "membership/charter_changes.h"

namespace dure::node {
namespace {

using nlohmann::json;

json member_reports(const Charter& charter, const NodeParts& node) {
  json reports = json::array();
  for (const CharterMember& member : charter.members) {
    const bool own = node.own.origin.starts_with(member.id + "/");
    reports.push_back({{"id", member.id},
                       {"name", member.name},
                       {"status", member.status == MemberStatus::kObserver ? "observer" : "member"},
                       {"url", member.url},
                       {"operator", member.operator_group},
                       {"own", own}});
  }
  return reports;
}

json names(const std::vector<VerifierKey>& keys) {
  json list = json::array();
  for (const VerifierKey& key : keys) list.push_back(key.name());
  return list;
}

/// Members that `next` has and `current` has not.
json newcomers(const Charter& current, const Charter& next) {
  json ids = json::array();
  for (const CharterMember& member : next.members) {
    const bool known = std::any_of(current.members.begin(), current.members.end(),
                                   [&](const auto& old) { return old.id == member.id; });
    if (!known) ids.push_back(member.id);
  }
  return ids;
}

json draft_reports(const CharterBook& book, const Charter& current) {
  json reports = json::array();
  for (const CharterDraft& draft : book.drafts()) {
    reports.push_back({{"hash", draft.hash},
                       {"version", draft.charter.charter.version},
                       {"have", draft.have},
                       {"need", current.threshold},
                       {"missing", draft.missing},
                       {"since", draft.since},
                       {"counts_from", draft.counts_from},
                       {"admits", newcomers(current, draft.charter.charter)}});
  }
  return reports;
}

void add_quorum(json& report, const Charter& charter, const NodeParts& node) {
  const auto seats = assign_witnesses(charter, node.own.origin);
  json witnesses = json::array();
  for (const WitnessSeat& seat : seats) witnesses.push_back(seat.member);
  const Quorum quorum = quorum_of(seats);
  report["witnesses"] = std::move(witnesses);
  report["voices"] = quorum.voices;
  report["quorum"] = quorum.needed;
  report["tolerated_traitors"] = quorum.tolerated_traitors();
  report["tolerated_outages"] = quorum.tolerated_outages();
}

}  // namespace

json charter_report(NodeParts& node) {
  const CharterBook& book = *node.charter;
  const auto current = book.current();
  if (!current) return json::object();
  const Charter& charter = current->charter;
  const Expiry expiry = expiry_of(charter, node.now());
  json report = {{"federation", charter.federation},
                 {"fingerprint", book.fingerprint()},
                 {"version", charter.version},
                 {"hash", book.hash(charter.version)},
                 {"not_before", charter.not_before},
                 {"expires", charter.expires},
                 {"days_left", expiry.days_left},
                 {"warning", expiry.warning},
                 {"threshold", charter.threshold},
                 {"stewards", names(charter.stewards)},
                 {"members", member_reports(charter, node)},
                 {"drafts", draft_reports(book, charter)},
                 {"conflicts", json::array()},
                 {"joining", nullptr}};
  add_quorum(report, charter, node);
  for (const SignedCharter& other : book.conflicts()) {
    report["conflicts"].push_back({{"version", other.charter.version},
                                   {"hash", hex_encode(as_view(charter_hash(other.note.text)))}});
  }
  if (const auto joining = book.joining())
    report["joining"] = {{"url", joining->url}, {"fingerprint", joining->fingerprint}};
  return report;
}

}  // namespace dure::node
