// SPDX-License-Identifier: Apache-2.0
#include "app/charter_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/sealed_logs.h"
#include "dure/quorum.h"
#include "membership/charter_changes.h"
#include "membership/charter_logs.h"
#include "membership/key_changes.h"

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

/// Logs of known members that `next` has and `current` has not.
json new_logs(const Charter& current, const Charter& next) {
  json origins = json::array();
  for (const CharteredLog& log : chartered_logs(next)) {
    if (owner_of(current, log.origin) != nullptr && log_keys_of(current, log.origin).empty())
      origins.push_back(log.origin);
  }
  return origins;
}

json new_seals(const Charter& current, const Charter& next) {
  json origins = json::array();
  for (const SealedLog& seal : next.sealed) {
    if (seal_of(current, seal.origin) == nullptr) origins.push_back(seal.origin);
  }
  return origins;
}

/// {"origin","step","wished_by_present_key"}, if that is all that the draft changes.
void add_key_change(const CharterBook& book, const CharterDraft& draft, json& report) {
  const auto current = book.current();
  const auto change = current ? key_change_between(*current, draft.charter.charter) : std::nullopt;
  if (!change) return;
  report["keys"] = {
      {"origin", change->origin},
      {"step", key_step_name(change->step)},
      {"wished_by_present_key", is_wished_by_present_key(*change, draft.charter.note)}};
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
                       {"admits", newcomers(current, draft.charter.charter)},
                       {"logs", new_logs(current, draft.charter.charter)},
                       {"seals", new_seals(current, draft.charter.charter)}});
    add_key_change(book, draft, reports.back());
  }
  return reports;
}

/// Which text counts where, as far as the logs here tell.
json followers(const CharterBook& book, const Charter& charter) {
  json list = json::array();
  const auto notices = book.notices();
  for (const CharterMember& member : charter.members) {
    const auto log = notices.find(newest_origin(member));
    if (log == notices.end() || log->second.newest.empty()) continue;
    for (const auto& [version, notice] : log->second.newest) {
      const std::string ours = book.hash(version);
      const bool newest = version == log->second.newest.rbegin()->first;
      const bool differs = !ours.empty() && ours != notice.hash;
      if (!newest && !differs) continue;
      list.push_back({{"member", member.id},
                      {"origin", log->first},
                      {"index", notice.index},
                      {"version", version},
                      {"hash", notice.hash},
                      {"differs", differs}});
    }
  }
  return list;
}

json dispute_reports(const CharterBook& book) {
  json reports = json::array();
  for (const CharterDispute& dispute : book.disputes()) {
    json texts = json::array();
    for (const CharterText& text : dispute.texts)
      texts.push_back({{"hash", text.hash}, {"ours", text.ours}, {"members", text.members}});
    reports.push_back({{"version", dispute.version}, {"texts", std::move(texts)}});
  }
  return reports;
}

json seal_reports(const NodeParts& node, const Charter& charter) {
  json reports = json::array();
  for (const SealedLog& seal : charter.sealed) {
    const auto here = sealed_here(node, seal);
    reports.push_back({{"origin", seal.origin},
                       {"size", seal.size},
                       {"root", base64_encode(as_view(seal.root))},
                       {"reason", seal.reason},
                       {"successor", seal.successor},
                       {"here", here == SealedHere::kComplete  ? "complete"
                                : here == SealedHere::kMissing ? "missing"
                                                               : "unknown"}});
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
                 {"followers", followers(book, charter)},
                 {"disputes", dispute_reports(book)},
                 {"sealed", seal_reports(node, charter)},
                 {"joining", nullptr}};
  add_quorum(report, charter, node);
  for (const SignedCharter& other : book.conflicts()) {
    report["conflicts"].push_back({{"version", other.charter.version},
                                   {"hash", hex_encode(as_view(charter_hash(other.note.text)))},
                                   {"ours", book.hash(other.charter.version)}});
  }
  if (const auto joining = book.joining())
    report["joining"] = {{"url", joining->url}, {"fingerprint", joining->fingerprint}};
  return report;
}

}  // namespace dure::node
