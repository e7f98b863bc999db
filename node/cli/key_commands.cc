// SPDX-License-Identifier: Apache-2.0
// `dure key …`: what protects the key files of this node, and changing it.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/data_folder.h"
#include "app/seed_file.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

using nlohmann::json;

/// The files that were named, else all that there are in the data folder.
std::vector<std::string> key_files(const Invocation& invocation, const Session& session) {
  if (!invocation.words.empty()) return invocation.words;
  const DataFolder folder{session.settings.data};
  std::error_code failure;
  std::vector<std::string> files;
  for (const auto& file : {folder.new_seed(), folder.charter_key()}) {
    if (std::filesystem::exists(file, failure)) files.push_back(file);
  }
  // One that is lost has no other in its place yet.
  const bool lost = !std::filesystem::exists(folder.seed(), failure) && !files.empty() &&
                    files.front() == folder.new_seed();
  if (!lost) files.insert(files.begin(), folder.seed());
  return files;
}

PassphraseSource new_passphrases(const Invocation& invocation, const Session& session) {
  Settings settings = session.settings;
  const auto file = invocation.value("--new-passphrase-file");
  if (!file.empty()) settings.passphrase_file = file;
  return PassphraseSource(settings);
}

Result<std::vector<Seed>> open_all(const std::vector<std::string>& files,
                                   const PassphraseSource& passphrases) {
  std::vector<Seed> seeds;
  for (const auto& file : files) {
    auto seed = read_seed_file(file, passphrases);
    if (!seed) return std::move(seed).error();
    seeds.push_back(*std::move(seed));
  }
  return seeds;
}

/// True if a passphrase would be replaced by itself.
Result<bool> any_sealed(const std::vector<std::string>& files) {
  bool sealed = false;
  for (const auto& path : files) {
    const auto file = load_key_file(path);
    if (!file) return file.error();
    sealed = sealed || file->sealed.has_value();
  }
  return sealed;
}

// All are opened before the first is changed: a wrong passphrase changes nothing.
ExitCode change(Session& session, const std::vector<std::string>& files,
                const std::vector<Seed>& seeds, const Passphrase* passphrase, const char* done) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto replaced = replace_seed_file(files[i], seeds[i], passphrase);
    if (!replaced) return session.fail(replaced.error());
    session.print(done, {{"file", printable(files[i], 400)}});
  }
  return ExitCode::kOk;
}

}  // namespace

ExitCode run_key_show(const Invocation& invocation, Session& session) {
  json described = json::array();
  for (const auto& path : key_files(invocation, session)) {
    const auto file = load_key_file(path);
    if (!file) return session.fail(file.error());
    const std::string suite(suite_name(file->suite));
    described.push_back(
        {{"file", path}, {"suite", suite}, {"protected", file->sealed.has_value()}});
    if (invocation.has("--json")) continue;
    session.print(file->sealed ? "cli.key_sealed" : "cli.key_open",
                  {{"file", printable(path, 400)}, {"suite", suite}});
  }
  const auto& token = session.settings.log_key;
  std::error_code failure;
  const bool rotating =
      std::filesystem::exists(DataFolder{session.settings.data}.new_seed(), failure);
  if (invocation.has("--json")) {
    json report = {{"files", described}, {"rotating", rotating}};
    if (!token.empty()) report["log_key"] = token;
    session.out << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  } else if (!token.empty()) {
    session.print("cli.key_token", {{"key", printable(token, 400)}});
  }
  if (rotating && !invocation.has("--json")) session.print("cli.key_rotating");
  return ExitCode::kOk;
}

ExitCode run_key_protect(const Invocation& invocation, Session& session) {
  const auto files = key_files(invocation, session);
  const auto sealed = any_sealed(files);
  if (!sealed) return session.fail(sealed.error());
  const bool new_file = !invocation.value("--new-passphrase-file").empty();
  if (*sealed && !new_file && !session.settings.passphrase_file.empty()) {
    return session.fail(
        Error{ErrorCode::kInvalid, "protected already", "errors.key_protected_already"},
        ExitCode::kUsage);
  }
  const auto seeds = open_all(files, PassphraseSource(session.settings));
  if (!seeds) return session.fail(seeds.error());
  const auto passphrase = new_passphrases(invocation, session).fresh(files.front());
  if (!passphrase) return session.fail(passphrase.error());
  const auto changed = change(session, files, *seeds, &*passphrase, "cli.key_protected");
  if (changed == ExitCode::kOk) session.print("cli.key_protected_next");
  return changed;
}

ExitCode run_key_unprotect(const Invocation& invocation, Session& session) {
  const auto files = key_files(invocation, session);
  const auto seeds = open_all(files, PassphraseSource(session.settings));
  if (!seeds) return session.fail(seeds.error());
  return change(session, files, *seeds, nullptr, "cli.key_unprotected");
}

}  // namespace dure::node
