// SPDX-License-Identifier: Apache-2.0
// `dure verify`: checks an entry offline. No node, no data folder, no network.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "dure/proof.h"
#include "web/entry_view.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxProofBytes = std::size_t{2} << 20;
constexpr std::size_t kMaxPolicyBytes = std::size_t{2} << 20;

struct Evidence {
  std::string proof, body, policy;
};

Result<Evidence> read_evidence(const Invocation& invocation, Session& session) {
  Evidence evidence;
  auto proof = read_input(invocation.words[0], session, kMaxProofBytes);
  if (!proof) return proof.error();
  auto body = read_input(invocation.words[1], session, kMaxBodyBytes);
  if (!body) return body.error();
  auto policy = read_input(invocation.value("--policy"), session, kMaxPolicyBytes);
  if (!policy) return policy.error();
  return Evidence{std::move(*proof), std::move(*body), std::move(*policy)};
}

// Why it does not verify, in words for each step of the check.
Error verdict(const Error& error) {
  return Error{error.code,
               error.detail,
               fmt::format("errors.verify_{}", error_name(error.code)),
               {{"detail", error.detail}}};
}

void report(Session& session, const VerifiedEntry& entry, bool as_json) {
  if (as_json) {
    session.out << nlohmann::json{{"verified", true},
                                  {"origin", entry.checkpoint.origin},
                                  {"size", entry.checkpoint.size},
                                  {"index", entry.index},
                                  {"id", entry.leaf.id},
                                  {"rev", entry.leaf.rev},
                                  {"type", entry.leaf.type},
                                  {"time", entry.leaf.time},
                                  {"cosigners", entry.cosigners}}
                       .dump(2)
                << '\n';
    return;
  }
  session.print("cli.verify_done", {{"origin", entry.checkpoint.origin},
                                    {"size", std::to_string(entry.checkpoint.size)},
                                    {"index", std::to_string(entry.index)},
                                    {"id", entry.leaf.id},
                                    {"rev", std::to_string(entry.leaf.rev)},
                                    {"type", type_in_words(entry.leaf.type, session.language)},
                                    {"time", entry.leaf.time},
                                    {"cosigners", std::to_string(entry.cosigners.size())}});
}

}  // namespace

ExitCode run_verify(const Invocation& invocation, Session& session) {
  if (invocation.value("--policy").empty()) {
    return session.fail(Error{ErrorCode::kInvalid, "--policy", "errors.usage_policy", {}},
                        ExitCode::kUsage);
  }
  const auto evidence = read_evidence(invocation, session);
  if (!evidence) return session.fail(evidence.error());
  const auto policy = parse_policy(evidence->policy);
  if (!policy)
    return session.fail(in_file(session, invocation.value("--policy"), policy.error()),
                        ExitCode::kNo);
  const auto proof = parse_proof(evidence->proof);
  if (!proof)
    return session.fail(in_file(session, invocation.words[0], proof.error()), ExitCode::kNo);
  const auto entry = verify_entry(*proof, evidence->body, *policy);
  if (!entry) return session.fail(verdict(entry.error()), ExitCode::kNo);
  report(session, *entry, invocation.has("--json"));
  return ExitCode::kOk;
}

}  // namespace dure::node
