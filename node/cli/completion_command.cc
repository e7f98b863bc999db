// SPDX-License-Identifier: Apache-2.0
// `dure completion bash` and `dure version`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "app/version.h"
#include "cli/commands.h"
#include "cli/completion.h"

namespace dure::node {

ExitCode run_completion(const Invocation& invocation, Session& session) {
  if (invocation.words.front() != "bash") {
    return session.fail(Error{ErrorCode::kUnsupported,
                              invocation.words.front(),
                              "errors.usage_shell",
                              {{"shell", printable(invocation.words.front())}}},
                        ExitCode::kUsage);
  }
  session.out << bash_completion();
  return ExitCode::kOk;
}

ExitCode run_version(const Invocation& invocation, Session& session) {
  if (invocation.has("--json")) {
    session.out << nlohmann::json{{"version", kVersion}}.dump() << '\n';
  } else {
    session.out << "dure " << kVersion << '\n';
  }
  return ExitCode::kOk;
}

}  // namespace dure::node
