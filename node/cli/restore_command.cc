// SPDX-License-Identifier: Apache-2.0
// `dure restore`: a backup, a new head lock, or everything from a peer.
#include <ostream>

#include "app/data_folder.h"
#include "app/new_head_lock.h"
#include "app/packed_backup.h"
#include "app/restore.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "publishing/entry_planner.h"

namespace dure::node {
namespace {

Error usage(const char* text) { return Error{ErrorCode::kInvalid, text, text}; }

// Somebody at a terminal is asked; a script must have said --yes.
bool agreed(const Invocation& invocation, Session& session, const char* key,
            const TextArguments& args = {}) {
  if (invocation.has("--yes")) return true;
  if (session.terminal) return confirm(session, key, args);
  session.err << session.say("cli.restore_needs_yes") << '\n';
  return false;
}

ExitCode put_back(const Invocation& invocation, Session& session) {
  const auto opened = open_backup(invocation.words.front(), invocation.value("--key"));
  if (!opened) return session.fail(opened.error());
  const auto restored =
      restore_backup(session.settings, {opened->folder, invocation.value("--seed"),
                                        invocation.has("--replace"), /*readable=*/false});
  if (!restored) return session.fail(restored.error());
  const std::string& data = session.settings.data;
  session.print("cli.restore_done",
                {{"data", data},
                 {"origin", restored->manifest.origin},
                 {"size", std::to_string(restored->manifest.size)},
                 {"time", format_leaf_time(static_cast<std::int64_t>(restored->manifest.time))}});
  if (!restored->set_aside.empty())
    session.print("cli.restore_set_aside", {{"file", restored->set_aside}});
  if (!restored->has_seed) {
    session.print("cli.restore_no_seed",
                  {{"file", DataFolder{data}.seed()}, {"origin", restored->manifest.origin}});
  } else if (!restored->has_head_lock) {
    session.print("cli.restore_no_head_lock", {{"data", data}});
  } else {
    session.print("cli.restore_next", {{"data", data}});
  }
  return ExitCode::kOk;
}

Result<std::optional<std::size_t>> enough_answers(const Invocation& invocation) {
  const auto given = invocation.value("--answers");
  if (given.empty()) return std::optional<std::size_t>();
  const auto number = parse_decimal(given);
  if (!number) return usage("errors.usage_answers");
  return std::optional<std::size_t>(*number);
}

/// What became of the charter, and what is left for people to do.
void say_charter(Session& session, const CharterReturn& charter) {
  if (!charter.published) return;
  const TextArguments args = {{"federation", printable(charter.federation)},
                              {"version", std::to_string(charter.version)},
                              {"peer", printable(charter.given_by)},
                              {"fingerprint", charter.published->fingerprint},
                              {"index", std::to_string(charter.published->notice.index)}};
  session.print(charter.back ? "cli.charter_came_back" : "cli.charter_not_back", args);
  if (charter.other_keys) session.print("cli.charter_old_witness_key", args);
}

ExitCode new_head_lock(const Invocation& invocation, Session& session) {
  const auto enough = enough_answers(invocation);
  if (!enough) return session.fail(enough.error(), ExitCode::kUsage);
  if (!agreed(invocation, session, "cli.new_head_lock_confirm")) return ExitCode::kRefused;
  Settings quiet = session.settings;
  if (quiet.log_level == "info") quiet.log_level = "error";
  const auto made = make_new_head_lock(quiet, *enough);
  if (!made) return session.fail(made.error());
  session.print("cli.new_head_lock_done", {{"size", std::to_string(made->size)},
                                           {"entries", std::to_string(made->entries)},
                                           {"answered", std::to_string(made->answered)},
                                           {"peers", std::to_string(made->peers)},
                                           {"vkey", made->witness_vkey},
                                           {"data", session.settings.data}});
  say_charter(session, made->charter);
  return ExitCode::kOk;
}

std::string (*describer(Language language))(std::string_view) {
  if (language == Language::kKo)
    return [](std::string_view key) { return text(Language::kKo, key); };
  return [](std::string_view key) { return text(Language::kEn, key); };
}

ExitCode from_peer(const Invocation& invocation, Session& session) {
  if (const auto complete = check_identity(session.settings); !complete)
    return session.fail(complete.error(), ExitCode::kUsage);
  const auto peer = look_at_peer(session.settings, invocation.value("--from-peer"));
  if (!peer) return session.fail(peer.error(), ExitCode::kPeer);
  const auto key = VerifierKey::parse(peer->card.log_vkey);
  if (!key) return session.fail(key.error());
  session.print("cli.peer_card",
                {{"url", peer->url},
                 {"name", printable(peer->card.name)},
                 {"role", session.say("cli.role." + std::string(role_name(peer->card.role)))},
                 {"region", peer->card.region},
                 {"origin", peer->card.origin},
                 {"fingerprint", key->fingerprint()}});
  const bool right =
      agreed(invocation, session, "cli.peer_confirm",
             {{"fingerprint", key->fingerprint()}, {"name", printable(peer->card.name)}});
  if (!right) return ExitCode::kRefused;
  const auto prepared = prepare_from_peer(session.settings, invocation.value("--seed"), *peer,
                                          describer(session.language));
  if (!prepared) return session.fail(prepared.error());
  session.print("cli.from_peer_done", {{"data", session.settings.data}});
  return ExitCode::kOk;
}

}  // namespace

ExitCode run_restore(const Invocation& invocation, Session& session) {
  const bool backup = !invocation.words.empty();
  const bool lock = invocation.has("--new-head-lock");
  const bool peer = !invocation.value("--from-peer").empty();
  if (int{backup} + int{lock} + int{peer} != 1)
    return session.fail(usage("errors.usage_restore"), ExitCode::kUsage);
  if (backup) return put_back(invocation, session);
  return lock ? new_head_lock(invocation, session) : from_peer(invocation, session);
}

}  // namespace dure::node
