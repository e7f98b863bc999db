// SPDX-License-Identifier: Apache-2.0
// The program `dure`: words in, exit code out.
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/program.h"

namespace {

void copy_variable(dure::node::Session& session, const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread yet
  if (value != nullptr) session.environment[name] = value;
}

}  // namespace

int main(int argc, char** argv) {
  // One heap for each thread would keep what each of them once needed.
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): no thread yet
  std::ios::sync_with_stdio(false);
  dure::node::Session session{std::cin, std::cout, std::cerr,
                              dure::node::dure_environment(environ)};
  for (const char* name : {"LANG", "LC_ALL", "LC_MESSAGES"}) copy_variable(session, name);
  session.terminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
  const auto code = dure::node::run_program({argv + 1, argv + argc}, session);
  std::cout.flush();
  return static_cast<int>(std::cout ? code : dure::node::ExitCode::kEnvironment);
}
