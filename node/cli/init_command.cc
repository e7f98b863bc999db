// SPDX-License-Identifier: Apache-2.0
// `dure init`: makes a data folder and signs the empty log, so that the key is bound to it from the
// start.
#include <istream>
#include <optional>
#include <ostream>

#include "app/console_parts.h"
#include "app/data_folder.h"
#include "app/node_keys.h"
#include "app/node_parts.h"
#include "cli/commands.h"
#include "cli/confirm.h"

namespace dure::node {
namespace {

std::string (*describer(Language language))(std::string_view) {
  if (language == Language::kKo)
    return [](std::string_view key) { return text(Language::kKo, key); };
  return [](std::string_view key) { return text(Language::kEn, key); };
}

TextArguments identity(const Settings& settings) {
  return {{"data", settings.data},
          {"origin", settings.origin},
          {"name", settings.name},
          {"region", settings.region},
          {"role", settings.role}};
}

Status check_region(const Settings& settings) {
  if (settings.region.empty()) return ok();
  const auto regions = RegionTable::load(settings.regions_file);
  if (!regions) return regions.error();
  if (regions->known(settings.region.substr(0, 5))) return ok();
  return Error{
      ErrorCode::kInvalid, settings.region, "errors.region_unknown", {{"region", settings.region}}};
}

struct MadeNode {
  std::string fingerprint;
  std::string link;  // sets up the first account of the console; empty: the console is off
};

// Opening for writing signs the head of the empty log.
Result<MadeNode> bind_key(const Settings& settings, std::optional<Passphrase> passphrase) {
  const auto node = passphrase ? open_node(settings, OpenFor::kWriting, *std::move(passphrase))
                               : open_node(settings, OpenFor::kWriting);
  if (!node) return node.error();
  MadeNode made{(*node)->signer->verifier().fingerprint(), {}};
  if (settings.console_enabled != "on" || !(*node)->accounts) return made;
  const auto code =
      (*node)->accounts->invite(std::string(kCommandLine), "admin", StaffRoles::all());
  if (!code) return code.error();
  made.link = set_up_link(settings, *code);
  return made;
}

Result<Suite> chosen_suite(const Invocation& invocation) {
  const auto word = invocation.value("--suite");
  if (word.empty()) return Suite::kEd25519;
  if (auto suite = parse_suite(word)) return suite;
  return Error{ErrorCode::kInvalid, word, "errors.usage_suite", {{"value", printable(word)}}};
}

// A passphrase for the new keys, if one is wished for.
Result<std::optional<Passphrase>> chosen_passphrase(const Invocation& invocation,
                                                    const Session& session) {
  if (!invocation.has("--passphrase")) return std::optional<Passphrase>();
  auto fresh = PassphraseSource(session.settings).fresh(DataFolder{session.settings.data}.seed());
  if (!fresh) return std::move(fresh).error();
  return std::optional<Passphrase>(*std::move(fresh));
}

}  // namespace

ExitCode run_init(const Invocation& invocation, Session& session) {
  if (auto known = check_region(session.settings); !known)
    return session.fail(known.error(), ExitCode::kUsage);
  if (session.terminal && !invocation.has("--yes")) {
    session.print("cli.init_summary", identity(session.settings));
    if (!confirm(session, "cli.init_confirm")) return ExitCode::kRefused;
  }
  const auto suite = chosen_suite(invocation);
  if (!suite) return session.fail(suite.error(), ExitCode::kUsage);
  // Before anything is made: a folder whose key is not there would be in the way.
  if (auto there = check_token(session.settings); !there) return session.fail(there.error());
  auto passphrase = chosen_passphrase(invocation, session);
  if (!passphrase) return session.fail(passphrase.error());
  const NewSeed seed{*suite, passphrase->has_value() ? &**passphrase : nullptr};
  const auto created = create_data_folder(session.settings, describer(session.language), seed);
  if (!created) {
    const bool usage = created.error().code == ErrorCode::kInvalid;
    return session.fail(created.error(), usage ? ExitCode::kUsage : ExitCode::kEnvironment);
  }
  const auto made = bind_key(session.settings, *std::move(passphrase));
  if (!made) return session.fail(made.error());
  auto args = identity(session.settings);
  args.emplace_back("fingerprint", made->fingerprint);
  session.print("cli.init_done", args);
  if (made->link.empty()) return ExitCode::kOk;
  session.print("cli.init_console", {{"link", made->link}});
  if (session.settings.url.empty()) session.print("cli.account_link_here");
  return ExitCode::kOk;
}

}  // namespace dure::node
