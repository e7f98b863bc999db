// SPDX-License-Identifier: Apache-2.0
// `dure verify-fork`: checks offline that a log told two histories. No node, no data folder, no
// network.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "dure/fork_proof.h"
#include "dure/policy.h"

namespace dure::node {
namespace {

// Whom the reader trusts to be the log.
Result<std::vector<VerifierKey>> trusted_keys(const Invocation& invocation, Session& session) {
  std::vector<VerifierKey> keys;
  if (const auto vkey = invocation.value("--vkey"); !vkey.empty()) {
    auto key = VerifierKey::parse(vkey);
    if (!key)
      return Error{
          ErrorCode::kInvalid, key.error().detail, "errors.vkey", {{"vkey", printable(vkey)}}};
    keys.push_back(*std::move(key));
    return keys;
  }
  const auto file = invocation.value("--policy");
  const auto text = read_input(file, session, kMaxPolicyBytes);
  if (!text) return text.error();
  auto policy = parse_policy(*text);
  if (!policy) return in_file(session, file, policy.error());
  for (auto& log : policy->logs) keys.push_back(std::move(log.key));
  return keys;
}

Error verdict(const Error& error) {
  return Error{error.code,
               error.detail,
               fmt::format("errors.verify_fork_{}", error_name(error.code)),
               {{"detail", error.detail}}};
}

std::string place_in_words(const Session& session, const Fork& fork, bool told) {
  const TextArguments args = {{"agreed", std::to_string(fork.agreed)},
                              {"last", std::to_string(fork.parted - 1)},
                              {"size", std::to_string(fork.parted)}};
  if (!told) return session.say("cli.verify_fork_somewhere", args);
  const bool exact = fork.parted - fork.agreed == 1;
  return session.say(exact ? "cli.verify_fork_entry" : "cli.verify_fork_range", args);
}

void report(Session& session, const Fork& fork, bool told, bool as_json) {
  if (!as_json) {
    session.print("cli.verify_fork_done", {{"origin", fork.origin},
                                           {"first", std::to_string(fork.heads[0].size)},
                                           {"second", std::to_string(fork.heads[1].size)},
                                           {"place", place_in_words(session, fork, told)}});
    return;
  }
  nlohmann::json heads = nlohmann::json::array();
  for (const Checkpoint& head : fork.heads)
    heads.push_back({{"size", head.size}, {"root", base64_encode(as_view(head.root))}});
  session.out << nlohmann::json{{"verified", true},
                                {"origin", fork.origin},
                                {"heads", std::move(heads)},
                                {"agreed", fork.agreed},
                                {"parted", fork.parted}}
                     .dump(2)
              << '\n';
}

}  // namespace

ExitCode run_verify_fork(const Invocation& invocation, Session& session) {
  const bool policy = !invocation.value("--policy").empty();
  const bool vkey = !invocation.value("--vkey").empty();
  if (policy == vkey) {
    return session.fail(Error{ErrorCode::kInvalid, "--policy --vkey", "errors.usage_fork_keys", {}},
                        ExitCode::kUsage);
  }
  // One byte more than allowed is read, so that the parser says what is wrong.
  const auto file = read_input(invocation.words[0], session, kMaxForkProofBytes + 1);
  if (!file) return session.fail(file.error());
  const auto keys = trusted_keys(invocation, session);
  if (!keys) return session.fail(keys.error());
  const auto proof = parse_fork_proof(*file);
  if (!proof)
    return session.fail(in_file(session, invocation.words[0], proof.error()), ExitCode::kNo);
  const auto fork = verify_fork(*proof, *keys);
  if (!fork) return session.fail(verdict(fork.error()), ExitCode::kNo);
  report(session, *fork, proof->node.has_value(), invocation.has("--json"));
  return ExitCode::kOk;
}

}  // namespace dure::node
