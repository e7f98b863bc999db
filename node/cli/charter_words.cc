// SPDX-License-Identifier: Apache-2.0
#include "cli/charter_words.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/asking.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kShortHash = 12;

std::string day_of(std::int64_t seconds) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(seconds)));
  const std::chrono::year_month_day date(day);
  const auto padded = [](unsigned value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         padded(static_cast<unsigned>(date.month())) + "-" +
         padded(static_cast<unsigned>(date.day()));
}

std::int64_t signed_member(const json& object, const char* name) {
  return object.contains(name) && object[name].is_number_integer()
             ? object[name].get<std::int64_t>()
             : 0;
}

std::string joined(const json& list) {
  std::string out;
  for (const auto& item : list) {
    if (!item.is_string()) continue;
    if (!out.empty()) out += ", ";
    out += printable(item.get<std::string>());
  }
  return out.empty() ? "-" : out;
}

TextArguments draft_arguments(const json& draft) {
  return {{"draft", text_member(draft, "hash").substr(0, kShortHash)},
          {"version", std::to_string(number_member(draft, "version"))},
          {"have", std::to_string(number_member(draft, "have"))},
          {"need", std::to_string(number_member(draft, "need"))},
          {"missing", joined(draft.value("missing", json::array()))},
          {"admits", joined(draft.value("admits", json::array()))},
          {"day", day_of(signed_member(draft, "counts_from"))}};
}

void print_disputes(Session& session, const json& report) {
  for (const auto& dispute : report.value("disputes", json::array())) {
    session.print("cli.charter_dispute",
                  {{"version", std::to_string(number_member(dispute, "version"))}});
    for (const auto& text : dispute.value("texts", json::array())) {
      const bool ours = text.value("ours", false);
      session.print(ours ? "cli.charter_dispute_ours" : "cli.charter_dispute_text",
                    {{"hash", text_member(text, "hash").substr(0, kShortHash)},
                     {"members", joined(text.value("members", json::array()))}});
    }
    session.print("cli.charter_dispute_help");
  }
}

void print_sealed(Session& session, const json& report) {
  for (const auto& seal : report.value("sealed", json::array())) {
    const auto successor = text_member(seal, "successor");
    session.print("cli.charter_sealed." + text_member(seal, "here"),
                  {{"origin", printable(text_member(seal, "origin"))},
                   {"size", std::to_string(number_member(seal, "size"))},
                   {"reason", session.say("cli.seal_reason." + text_member(seal, "reason"))},
                   {"successor", successor.empty() ? "-" : printable(successor)}});
  }
}

void print_followers(Session& session, const json& report) {
  for (const auto& follower : report.value("followers", json::array())) {
    const bool differs = follower.value("differs", false);
    session.print(differs ? "cli.charter_follower_differs" : "cli.charter_follower",
                  {{"member", printable(text_member(follower, "member"))},
                   {"version", std::to_string(number_member(follower, "version"))},
                   {"hash", text_member(follower, "hash").substr(0, kShortHash)},
                   {"origin", printable(text_member(follower, "origin"))},
                   {"index", std::to_string(number_member(follower, "index"))}});
  }
}

void print_key_change(Session& session, const json& draft) {
  const auto keys = draft.value("keys", json());
  if (!keys.is_object()) return;
  const TextArguments args = {{"origin", printable(text_member(keys, "origin"))}};
  session.print("cli.charter_draft_keys." + text_member(keys, "step"), args);
  const bool wished = keys.value("wished_by_present_key", false);
  session.print(wished ? "cli.charter_draft_keys_wished" : "cli.charter_draft_keys_unwished", args);
}

}  // namespace

void print_key_phase(Session& session, const json& keys) {
  const std::string phase = text_member(keys, "phase");
  if (phase.empty() || phase == "settled") return;
  const bool finishing = keys.value("finishing", false);
  session.print("cli.status_keys." + (finishing ? "finishing" : phase),
                {{"day", day_of(signed_member(keys, "since"))}});
}

void print_charter_drafts(Session& session, const json& report) {
  for (const auto& draft : report.value("drafts", json::array())) {
    const bool waiting_for_day = signed_member(draft, "counts_from") != 0;
    session.print(waiting_for_day ? "cli.charter_draft_due" : "cli.charter_draft_line",
                  draft_arguments(draft));
    if (!draft.value("admits", json::array()).empty())
      session.print("cli.charter_draft_admits", draft_arguments(draft));
    print_key_change(session, draft);
    for (const auto& [list, text] : {std::pair{"logs", "cli.charter_draft_log"},
                                     std::pair{"seals", "cli.charter_draft_seals"}}) {
      const auto origins = draft.value(list, json::array());
      if (!origins.empty()) session.print(text, {{"origins", joined(origins)}});
    }
  }
}

std::int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

TextArguments charter_arguments(const SignedCharter& charter) {
  const Charter& text = charter.charter;
  const std::string hash = hex_encode(as_view(charter_hash(charter.note.text)));
  return {{"federation", text.federation},
          {"version", std::to_string(text.version)},
          {"hash", hash},
          {"short", hash.substr(0, kShortHash)},
          {"from", day_of(text.not_before)},
          {"until", day_of(text.expires)},
          {"members", std::to_string(text.members.size())},
          {"stewards", std::to_string(text.stewards.size())},
          {"threshold", std::to_string(text.threshold)},
          {"signatures", std::to_string(charter.note.signatures.size())}};
}

TextArguments join_arguments(const json& answer) {
  return {{"federation", printable(text_member(answer, "federation"))},
          {"version", std::to_string(number_member(answer, "version"))},
          {"members", std::to_string(number_member(answer, "members"))},
          {"stewards", std::to_string(number_member(answer, "stewards"))},
          {"threshold", std::to_string(number_member(answer, "threshold"))},
          {"fingerprint", text_member(answer, "fingerprint")}};
}

json describe_charter(const SignedCharter& charter) {
  json signers = json::array();
  for (const auto& line : charter.note.signatures) signers.push_back(line.name);
  return {{"version", charter.charter.version},
          {"hash", hex_encode(as_view(charter_hash(charter.note.text)))},
          {"not_before", charter.charter.not_before},
          {"expires", charter.charter.expires},
          {"members", charter.charter.members.size()},
          {"threshold", charter.charter.threshold},
          {"signatures", std::move(signers)}};
}

void print_charter_report(Session& session, const json& report) {
  const auto count = [&](const char* name) {
    return std::to_string(report.value(name, json::array()).size());
  };
  const auto number = [&](const char* name) { return std::to_string(number_member(report, name)); };
  session.print("cli.charter_status",
                {{"federation", printable(text_member(report, "federation"))},
                 {"fingerprint", text_member(report, "fingerprint")},
                 {"version", number("version")},
                 {"until", day_of(signed_member(report, "expires"))},
                 {"members", count("members")},
                 {"stewards", joined(report.value("stewards", json::array()))},
                 {"threshold", number("threshold")}});
  for (const auto& member : report.value("members", json::array())) {
    session.print("cli.charter_member." + text_member(member, "status"),
                  {{"id", printable(text_member(member, "id"))},
                   {"name", printable(text_member(member, "name"), 400)},
                   {"url", printable(text_member(member, "url"), 400)}});
  }
  if (number_member(report, "voices") == 0) {
    session.print("cli.charter_alone");
  } else {
    session.print("cli.charter_quorum", {{"voices", number("voices")},
                                         {"quorum", number("quorum")},
                                         {"traitors", number("tolerated_traitors")},
                                         {"outages", number("tolerated_outages")}});
  }
  print_followers(session, report);
  print_sealed(session, report);
  print_charter_drafts(session, report);
  print_charter_warnings(session, report);
}

void print_charter_warnings(Session& session, const json& report) {
  if (signed_member(report, "warning") >= 0 && report.contains("warning")) {
    const std::int64_t left = signed_member(report, "days_left");
    session.print(
        left >= 0 ? "cli.charter_expires" : "cli.charter_expired",
        {{"days", std::to_string(left)}, {"until", day_of(signed_member(report, "expires"))}});
  }
  for (const auto& conflict : report.value("conflicts", json::array())) {
    session.print("cli.charter_conflict_found",
                  {{"version", std::to_string(number_member(conflict, "version"))},
                   {"hash", text_member(conflict, "hash").substr(0, kShortHash)}});
  }
  print_disputes(session, report);
  if (report.contains("joining") && report["joining"].is_object())
    session.print("cli.charter_joining",
                  {{"url", printable(text_member(report["joining"], "url"), 400)}});
}

}  // namespace dure::node
