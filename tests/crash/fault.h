// SPDX-License-Identifier: Apache-2.0
// One command of the program, of which one system call fails or ends it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integration/dure_process.h"

namespace dure::test {

struct Fault {
  std::string name;
  std::string calls;   // "fdatasync,fsync"
  std::string effect;  // "signal=KILL", "error=EIO"
};

inline std::string name_of(const testing::TestParamInfo<Fault>& fault) { return fault.param.name; }

/// False where system calls cannot be traced: then the test says so and is skipped.
inline bool can_trace() { return run_program({"/usr/bin/strace", "-qq", "/bin/true"}).code == 0; }

struct FaultyRun {
  Outcome outcome;
  bool reached = false;  // there was an n-th such call
};

/// `dure COMMAND` of which the n-th of the fault's calls fails.
inline FaultyRun run_with_fault(const TempFolder& folder, const Fault& fault, int when,
                                const std::vector<std::string>& command,
                                const std::string& input = {}) {
  const std::string trace = folder.path("trace");
  std::vector<std::string> words = {
      "/usr/bin/strace",
      "-f",
      "-qq",
      "-o",
      trace,
      "-e",
      "trace=" + fault.calls,
      "-e",
      "inject=" + fault.calls + ":" + fault.effect + ":when=" + std::to_string(when),
      program_path()};
  words.insert(words.end(), command.begin(), command.end());
  FaultyRun run{run_program(words, input)};
  const std::string calls = read_file(trace);
  run.reached = calls.find("(INJECTED)") != std::string::npos ||
                calls.find("killed by SIGKILL") != std::string::npos;
  return run;
}

}  // namespace dure::test
