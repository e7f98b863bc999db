// SPDX-License-Identifier: Apache-2.0
// `dure log …`: ending a log that cannot go on.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/continue_log.h"
#include "cli/asking.h"
#include "cli/charter_words.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "membership/charter_changes.h"
#include "replication/log_end.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string names(const json& list) {
  std::string out;
  for (const auto& name : list) {
    if (!name.is_string()) continue;
    if (!out.empty()) out += ", ";
    out += printable(name.get<std::string>());
  }
  return out.empty() ? "-" : out;
}

Result<LogEnd> end_of_head(const json& head) {
  const auto root = base64_decode(text_member(head, "root"));
  LogEnd end{number_member(head, "size"), {}};
  if (!root || root->size() != end.root.size())
    return Error{ErrorCode::kInvalid, "not a root", "errors.seal_root", {}};
  std::copy(root->begin(), root->end(), end.root.begin());
  return end;
}

void print_heads(Session& session, const json& survey) {
  for (const auto& head : survey.value("heads", json::array())) {
    session.print("cli.seal_head", {{"size", std::to_string(number_member(head, "size"))},
                                    {"root", text_member(head, "root")},
                                    {"holders", names(head.value("holders", json::array()))}});
  }
  const auto silent = survey.value("silent", json::array());
  if (!silent.empty()) session.print("cli.seal_silent", {{"peers", names(silent)}});
}

/// Of a log with one history the largest head; of a forked one the head that most nodes hold, if
/// there is one. Everything else is for people to decide.
Result<LogEnd> proposed_end(const json& survey) {
  const auto heads = survey.value("heads", json::array());
  const Error undecided{ErrorCode::kConflict, "which head?", "errors.seal_which", {}};
  if (heads.empty()) return undecided;
  const auto count = [](const json& head) { return head.value("holders", json::array()).size(); };
  if (survey.value("forked", false)) {
    if (heads.size() > 1 && count(heads[0]) == count(heads[1])) return undecided;
    return end_of_head(heads[0]);
  }
  const auto largest =
      std::max_element(heads.begin(), heads.end(), [](const json& a, const json& b) {
        return number_member(a, "size") < number_member(b, "size");
      });
  const auto rivals = std::count_if(heads.begin(), heads.end(), [&](const json& head) {
    return number_member(head, "size") == number_member(*largest, "size");
  });
  if (rivals > 1) return undecided;
  return end_of_head(*largest);
}

Result<LogEnd> choose_end(const Invocation& invocation, Session& session, NodeAccess& node,
                          const std::string& origin) {
  const std::string size = invocation.value("--size"), root = invocation.value("--root");
  if (size.empty() != root.empty())
    return Error{ErrorCode::kInvalid, "--size and --root", "errors.seal_size_and_root", {}};
  if (!size.empty()) {
    const auto number = parse_decimal(size);
    if (!number) return Error{ErrorCode::kInvalid, "--size", "errors.seal_size_and_root", {}};
    return end_of_head(json{{"size", *number}, {"root", root}});
  }
  const auto survey =
      ask_json(node, session, {"GET", "/control/v1/charter/heads", {{"origin", origin}}});
  if (!survey) return survey.error();
  if (!invocation.has("--json")) print_heads(session, *survey);
  return proposed_end(*survey);
}

/// The same member's next generation, if its government goes on.
std::string usual_successor(const std::string& origin, const std::string& reason) {
  if (reason == "merged" || reason == "dissolved") return {};
  const std::size_t slash = origin.rfind('/');
  if (slash == std::string::npos) return {};
  const auto generation = parse_decimal(origin.substr(slash + 1));
  return generation ? origin.substr(0, slash + 1) + std::to_string(*generation + 1) : "";
}

}  // namespace

ExitCode run_log_seal(const Invocation& invocation, Session& session) {
  const std::string& origin = invocation.words.front();
  const std::string reason = invocation.value("--reason");
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto answer = ask_json(**node, session, {"GET", "/control/v1/charter/note"});
  if (!answer) return session.fail(answer.error());
  const auto current = parse_signed_charter(text_member(*answer, "note"));
  if (!current) return session.fail(current.error());
  const auto end = choose_end(invocation, session, **node, origin);
  if (!end) return session.fail(end.error());
  std::string successor = invocation.value("--successor");
  if (successor.empty()) successor = usual_successor(origin, reason);
  const auto next = version_sealing(*current, {origin, end->size, end->root, reason, successor});
  if (!next) return session.fail(next.error());
  const std::string file = invocation.value("--output");
  if (!invocation.has("--json")) {
    session.print("cli.seal_proposed", {{"origin", printable(origin)},
                                        {"size", std::to_string(end->size)},
                                        {"root", base64_encode(as_view(end->root))},
                                        {"successor", successor.empty() ? "-" : successor}});
  }
  if (file.empty())
    return propose_charter(invocation, session, **node, {*next, {format_charter(*next), {}}});
  if (auto written = write_output(file, session, format_charter(*next)); !written)
    return session.fail(written.error());
  session.print("cli.charter_new_written", {{"file", printable(file)}});
  return ExitCode::kOk;
}

ExitCode run_log_continue(const Invocation& invocation, Session& session) {
  const TextArguments args = {{"origin", printable(session.settings.origin)},
                              {"path", session.settings.data}};
  if (!invocation.has("--yes")) {
    session.print("cli.continue_about", args);
    if (!session.terminal)
      return session.fail(
          Error{ErrorCode::kRefused, "not confirmed", "errors.continue_unconfirmed"});
    if (!confirm(session, "cli.continue_confirm", args)) return ExitCode::kRefused;
  }
  const auto origin = continue_log(session.settings);
  if (!origin) return session.fail(origin.error());
  session.print("cli.continue_done", {{"origin", *origin}, {"path", session.settings.data}});
  return ExitCode::kOk;
}

}  // namespace dure::node
