// SPDX-License-Identifier: Apache-2.0
#include "cli/webhook_words.h"

#include <nlohmann/json.hpp>

#include "cli/asking.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string time_of(const Session& session, std::uint64_t time) {
  return time == 0 ? session.say("cli.status_webhook_never") : local_time(time);
}

void say_webhook(Session& session, const json& hook, bool running) {
  const TextArguments args = {{"url", printable(text_member(hook, "url"), 512)},
                              {"behind", std::to_string(number_member(hook, "behind"))},
                              {"last", time_of(session, number_member(hook, "last_success"))},
                              {"since", time_of(session, number_member(hook, "failing_since"))},
                              {"retry", std::to_string(number_member(hook, "retry_in_seconds"))}};
  const std::string state = running ? text_member(hook, "state") : "not_running";
  session.print("cli.status_webhook." + state, args);
  if (const auto error = error_member(hook))
    session.print("cli.status_problem", {{"detail", explain(session.language, *error)}});
}

}  // namespace

void say_webhooks(Session& session, const json& report, bool running) {
  const auto hooks = report.value("hooks", json::array());
  if (hooks.empty()) return;
  session.print("cli.status_webhooks", {{"count", std::to_string(hooks.size())},
                                        {"key", printable(text_member(report, "key"))}});
  for (const auto& hook : hooks) say_webhook(session, hook, running);
}

}  // namespace dure::node
