// SPDX-License-Identifier: Apache-2.0
// `dure key rotate`: another seed in the place of this node's.
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/key_rotation.h"
#include "app/seed_file.h"
#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

using nlohmann::json;

/// The one that was named, else that of the present keys.
Result<Suite> suite_of_new(const Invocation& invocation, const Session& session) {
  const auto word = invocation.value("--suite");
  if (word.empty()) {
    const auto present = load_key_file(DataFolder{session.settings.data}.seed());
    return present ? present->suite : Suite::kEd25519;
  }
  auto suite = parse_suite(word);
  if (suite) return suite;
  return Error{ErrorCode::kInvalid, word, "errors.usage_suite", {{"value", printable(word)}}};
}

Status make_seed(const Invocation& invocation, const Session& session, Suite suite) {
  if (!invocation.has("--passphrase")) return make_seed_for_lost(session.settings, suite, nullptr);
  const auto fresh =
      PassphraseSource(session.settings).fresh(DataFolder{session.settings.data}.new_seed());
  if (!fresh) return fresh.error();
  return make_seed_for_lost(session.settings, suite, &*fresh);
}

TextArguments arguments_of(const json& answer) {
  return {{"draft", text_member(answer, "draft").substr(0, 12)},
          {"told", std::to_string(number_member(answer, "told"))}};
}

void say_outcome(Session& session, const json& answer, const std::string& step) {
  const auto args = arguments_of(answer);
  if (answer.value("adopted", false)) return session.print("cli.rotate_adopted." + step, args);
  if (text_member(answer, "draft").empty()) return session.print("cli.rotate_nothing", args);
  session.print("cli.rotate_asked." + step, args);
  if (number_member(answer, "told") == 0) session.print("cli.rotate_nobody_told", args);
}

}  // namespace

ExitCode run_key_rotate(const Invocation& invocation, Session& session) {
  const bool lost = invocation.has("--lost"), finish = invocation.has("--finish");
  if (lost && finish) {
    return session.fail(Error{ErrorCode::kInvalid, "--lost --finish", "errors.usage_rotate"},
                        ExitCode::kUsage);
  }
  if (invocation.has("--passphrase") && !lost) {
    return session.fail(Error{ErrorCode::kInvalid, "--passphrase", "errors.rotate_passphrase"},
                        ExitCode::kUsage);
  }
  const auto suite = suite_of_new(invocation, session);
  if (!suite) return session.fail(suite.error(), ExitCode::kUsage);
  if (lost) {
    if (auto made = make_seed(invocation, session, *suite); !made)
      return session.fail(made.error());
  }
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const std::string step = lost ? "lost" : finish ? "finish" : "begin";
  const auto answer = ask_json(**node, session,
                               {"POST",
                                "/control/v1/keys/rotate",
                                {},
                                json{{"step", step}, {"suite", suite_name(*suite)}}.dump()});
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << answer->dump(2) << '\n';
  } else {
    say_outcome(session, *answer, step);
  }
  return ExitCode::kOk;
}

}  // namespace dure::node
