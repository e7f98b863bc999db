// SPDX-License-Identifier: Apache-2.0
// `dure charter …`: looking at the charter, and changing it together.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "app/data_folder.h"
#include "app/seed_file.h"
#include "cli/asking.h"
#include "cli/charter_words.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "membership/charter_changes.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::int64_t kDay = 86'400;

Result<std::string> ask_note(NodeAccess& node, const Session& session, const Query& query) {
  const auto answer = ask_json(node, session, {"GET", "/control/v1/charter/note", query});
  if (!answer) return answer.error();
  return text_member(*answer, "note");
}

/// Drafts are named by the first digits of their hash.
Result<std::string> find_draft(NodeAccess& node, const Session& session, const std::string& name) {
  constexpr std::size_t kFewestDigits = 6;
  const auto report = ask_json(node, session, {"GET", "/control/v1/charter"});
  if (!report) return report.error();
  std::vector<std::string> found;
  for (const auto& draft : report->value("drafts", json::array())) {
    const auto hash = text_member(draft, "hash");
    if (name.size() >= kFewestDigits && hash.starts_with(name)) found.push_back(hash);
  }
  if (found.size() == 1) return found.front();
  return Error{ErrorCode::kNotFound, name, "errors.charter_no_draft", {{"draft", printable(name)}}};
}

/// A text about which there are two minds, by the first digits of its hash.
Result<std::string> find_text(const json& report, const std::string& name) {
  constexpr std::size_t kFewestDigits = 12;
  std::set<std::string> found;
  const auto add = [&](const json& text) {
    const auto hash = text_member(text, "hash");
    if (name.size() >= kFewestDigits && hash.starts_with(name)) found.insert(hash);
  };
  add(report);
  for (const char* list : {"conflicts", "followers"}) {
    for (const auto& text : report.value(list, json::array())) add(text);
  }
  for (const auto& dispute : report.value("disputes", json::array())) {
    for (const auto& text : dispute.value("texts", json::array())) add(text);
  }
  for (const auto& conflict : report.value("conflicts", json::array()))
    add(json{{"hash", text_member(conflict, "ours")}});
  if (found.size() == 1) return *found.begin();
  return Error{ErrorCode::kNotFound, name, "errors.charter_no_text", {{"hash", printable(name)}}};
}

Result<SignedCharter> read_charter(const std::string& file, Session& session) {
  const auto bytes = read_input(file, session, kMaxCharterBytes);
  if (!bytes) return bytes.error();
  auto charter = parse_signed_charter(*bytes);
  if (charter) return charter;
  return Error{charter.error().code,
               charter.error().detail,
               "errors.charter_file",
               {{"file", printable(file)}, {"detail", charter.error().detail}}};
}

std::string member_of_settings(const Session& session) {
  const std::string& origin = session.settings.origin;
  return origin.substr(0, origin.rfind('/'));
}

/// The key of the file, under the name by which the charter knows it.
Result<std::unique_ptr<Signer>> open_key(const Invocation& invocation, const Session& session,
                                         const Charter& charter) {
  const std::string given = invocation.value("--key");
  const std::string path = given.empty() ? DataFolder{session.settings.data}.charter_key() : given;
  std::string name = invocation.value("--name");
  if (name.empty()) name = member_of_settings(session) + "/charter";
  const auto seed = read_seed_file(path, PassphraseSource(session.settings));
  if (!seed) return seed.error();
  const auto named = [&](const std::string& as) {
    return make_signer(as, note_key_type(seed->suite), seed->bytes);
  };
  auto signer = named(is_key_name(name) ? name : "charter");
  if (!signer) return signer;
  for (const auto* list : {&charter.stewards, &charter.recovery}) {
    for (const VerifierKey& key : *list) {
      if (key.public_key() == (*signer)->verifier().public_key()) return named(key.name());
    }
  }
  return signer;
}

Result<bool> add_signature(const Invocation& invocation, Session& session, SignedCharter& charter) {
  auto signer = open_key(invocation, session, charter.charter);
  if (!signer) return std::move(signer).error();
  const VerifierKey& key = (*signer)->verifier();
  if (!signers_of(charter.note, {&key, 1}).empty()) return true;
  session.print("cli.charter_signing", charter_arguments(charter));
  session.print("cli.charter_signing_as", {{"name", key.name()}});
  if (!invocation.has("--yes")) {
    if (!session.terminal)
      return Error{ErrorCode::kRefused, "not confirmed", "errors.charter_unconfirmed"};
    if (!confirm(session, "cli.charter_sign_confirm", charter_arguments(charter))) return false;
  }
  auto line = sign_note(charter.note.text, **signer);
  if (!line) return std::move(line).error();
  charter.note.signatures.push_back(*std::move(line));
  return true;
}

ExitCode submit(const Invocation& invocation, Session& session, NodeAccess& node,
                const SignedCharter& charter) {
  const auto answer =
      ask_json(node, session, {"POST", "/control/v1/charter", {}, format_signed_charter(charter)});
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << answer->dump(2) << '\n';
  } else {
    auto args = charter_arguments(charter);
    session.print("cli.charter_outcome." + text_member(*answer, "outcome"), args);
  }
  return text_member(*answer, "outcome") == "conflict" ? ExitCode::kNo : ExitCode::kOk;
}

ExitCode sign_file(const Invocation& invocation, Session& session, const std::string& file) {
  auto charter = read_charter(file, session);
  if (!charter) return session.fail(charter.error());
  const auto signed_now = add_signature(invocation, session, *charter);
  if (!signed_now) return session.fail(signed_now.error());
  if (!*signed_now) return ExitCode::kRefused;
  const std::string target = invocation.value("--output");
  const std::string& path = target.empty() ? file : target;
  if (auto written = write_output(path, session, format_signed_charter(*charter)); !written)
    return session.fail(written.error());
  session.print("cli.charter_signed_file", {{"file", printable(path)}});
  return ExitCode::kOk;
}

ExitCode sign_draft(const Invocation& invocation, Session& session, const std::string& name) {
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto hash = find_draft(**node, session, name);
  if (!hash) return session.fail(hash.error());
  const auto note = ask_note(**node, session, {{"draft", *hash}});
  if (!note) return session.fail(note.error());
  auto charter = parse_signed_charter(*note);
  if (!charter) return session.fail(charter.error());
  const auto signed_now = add_signature(invocation, session, *charter);
  if (!signed_now) return session.fail(signed_now.error());
  if (!*signed_now) return ExitCode::kRefused;
  return submit(invocation, session, **node, *charter);
}

}  // namespace

ExitCode run_charter_status(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const auto report = ask_json(**node, session, {"GET", "/control/v1/charter"});
  if (!report) return session.fail(report.error());
  if (invocation.has("--json")) {
    session.out << report->dump(2) << '\n';
  } else {
    print_charter_report(session, *report);
  }
  const bool agreed = report->value("conflicts", json::array()).empty() &&
                      report->value("disputes", json::array()).empty();
  return agreed ? ExitCode::kOk : ExitCode::kNo;
}

ExitCode run_charter_decide(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto report = ask_json(**node, session, {"GET", "/control/v1/charter"});
  if (!report) return session.fail(report.error());
  const auto hash = find_text(*report, invocation.words.front());
  if (!hash) return session.fail(hash.error());
  if (!invocation.has("--yes")) {
    if (!session.terminal) {
      return session.fail(
          Error{ErrorCode::kRefused, "not confirmed", "errors.charter_undecided", {}});
    }
    if (!confirm(session, "cli.charter_decide_confirm", {{"hash", *hash}}))
      return ExitCode::kRefused;
  }
  const auto answer = ask_json(
      **node, session, {"POST", "/control/v1/charter/decide", {}, json{{"hash", *hash}}.dump()});
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << answer->dump(2) << '\n';
  } else {
    session.print(
        "cli.charter_decided",
        {{"version", std::to_string(number_member(*answer, "version"))}, {"hash", *hash}});
  }
  return ExitCode::kOk;
}

ExitCode run_charter_show(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  Query query;
  if (!invocation.words.empty()) {
    const std::string& word = invocation.words.front();
    const bool number = word.size() < 6 && parse_decimal(word).has_value();
    const auto draft = number ? Result<std::string>(word) : find_draft(**node, session, word);
    if (!draft) return session.fail(draft.error());
    query.emplace_back(number ? "version" : "draft", *draft);
  }
  const auto note = ask_note(**node, session, query);
  if (!note) return session.fail(note.error());
  const auto written = write_output(invocation.value("--output"), session, *note);
  return written ? ExitCode::kOk : session.fail(written.error());
}

ExitCode run_charter_log(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const auto report = ask_json(**node, session, {"GET", "/control/v1/charter"});
  if (!report) return session.fail(report.error());
  json versions = json::array();
  for (std::uint64_t number = 1; number <= number_member(*report, "version"); ++number) {
    const auto note = ask_note(**node, session, {{"version", std::to_string(number)}});
    if (!note) return session.fail(note.error());
    const auto charter = parse_signed_charter(*note);
    if (!charter) return session.fail(charter.error());
    if (invocation.has("--json")) {
      versions.push_back(describe_charter(*charter));
    } else {
      session.print("cli.charter_log_line", charter_arguments(*charter));
    }
  }
  if (invocation.has("--json")) session.out << json{{"versions", versions}}.dump(2) << '\n';
  return ExitCode::kOk;
}

ExitCode run_charter_policy(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const std::string origin = invocation.words.empty() ? "" : invocation.words.front();
  const auto answer =
      ask_json(**node, session, {"GET", "/control/v1/charter/policy", {{"origin", origin}}});
  if (!answer) return session.fail(answer.error());
  const auto written =
      write_output(invocation.value("--output"), session, text_member(*answer, "policy"));
  return written ? ExitCode::kOk : session.fail(written.error());
}

ExitCode run_charter_new(const Invocation& invocation, Session& session) {
  const std::string days = invocation.value("--days");
  const auto parsed = parse_decimal(days.empty() ? "365" : days);
  if (!parsed || *parsed == 0 || *parsed > 36'500) {
    return session.fail(Error{ErrorCode::kInvalid, "--days", "errors.charter_days"},
                        ExitCode::kUsage);
  }
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const auto note = ask_note(**node, session, {});
  if (!note) return session.fail(note.error());
  const auto current = parse_signed_charter(*note);
  if (!current) return session.fail(current.error());
  Charter next = next_version(*current);
  const std::int64_t now = unix_seconds();
  next.not_before = std::max(next.not_before, now - now % kDay);
  next.expires = next.not_before + static_cast<std::int64_t>(*parsed) * kDay;
  const std::string file = invocation.value("--output");
  if (auto written = write_output(file, session, format_charter(next)); !written)
    return session.fail(written.error());
  if (!file.empty() && file != "-")
    session.print("cli.charter_new_written", {{"file", printable(file)}});
  return ExitCode::kOk;
}

ExitCode propose_charter(const Invocation& invocation, Session& session, NodeAccess& node,
                         SignedCharter charter) {
  const auto signed_now = add_signature(invocation, session, charter);
  if (!signed_now) return session.fail(signed_now.error());
  if (!*signed_now) return ExitCode::kRefused;
  return submit(invocation, session, node, charter);
}

ExitCode run_charter_propose(const Invocation& invocation, Session& session) {
  const auto charter = read_charter(invocation.words.front(), session);
  if (!charter) return session.fail(charter.error());
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  return propose_charter(invocation, session, **node, *charter);
}

ExitCode run_charter_sign(const Invocation& invocation, Session& session) {
  const std::string& what = invocation.words.front();
  std::error_code failure;
  const bool file = what == "-" || std::filesystem::exists(what, failure);
  return file ? sign_file(invocation, session, what) : sign_draft(invocation, session, what);
}

ExitCode run_charter_submit(const Invocation& invocation, Session& session) {
  const auto charter = read_charter(invocation.words.front(), session);
  if (!charter) return session.fail(charter.error());
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  return submit(invocation, session, **node, *charter);
}

ExitCode run_join(const Invocation& invocation, Session& session) {
  const std::string url = invocation.words.front();
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto post = [&](const std::string& fingerprint) {
    return ask_json(
        **node, session,
        {"POST", "/control/v1/join", {}, json{{"url", url}, {"fingerprint", fingerprint}}.dump()});
  };
  std::string fingerprint = invocation.value("--fingerprint");
  if (fingerprint.empty()) {
    const auto seen = post("");
    if (!seen) return session.fail(seen.error());
    session.print("cli.join_seen", join_arguments(*seen));
    if (!session.terminal) {
      return session.fail(
          Error{ErrorCode::kRefused, "not confirmed", "errors.join_unconfirmed", {}});
    }
    if (!confirm(session, "cli.join_confirm", join_arguments(*seen))) return ExitCode::kRefused;
    fingerprint = text_member(*seen, "fingerprint");
  }
  const auto answer = post(fingerprint);
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << answer->dump(2) << '\n';
  } else {
    session.print("cli.join_state." + text_member(*answer, "state"), join_arguments(*answer));
    if (answer->value("without_url", false)) session.print("cli.join_without_url");
  }
  return ExitCode::kOk;
}

}  // namespace dure::node
