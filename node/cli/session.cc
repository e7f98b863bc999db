// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <ctime>
#include <ostream>

namespace dure::node {

void Session::print(std::string_view key, const TextArguments& args) {
  out << say(key, args) << '\n';
}

ExitCode Session::fail(const Error& error, ExitCode code) {
  out.flush();
  err << "dure: " << explain(language, error) << std::endl;
  return code;
}

ExitCode Session::fail(const Error& error) { return fail(error, exit_code_of(error.code)); }

std::string local_time(std::uint64_t unix_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  char text[32];
  if (localtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0)
    return std::to_string(unix_seconds);
  return text;
}

}  // namespace dure::node
