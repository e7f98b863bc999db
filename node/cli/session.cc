// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

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

}  // namespace dure::node
