// SPDX-License-Identifier: Apache-2.0
// How `dure` ends; documented in `dure --help` and relied on by scripts.
#pragma once

#include "dure/error.h"

namespace dure::node {

enum class ExitCode {
  kOk = 0,
  kNo = 1,     // the answer is no: invalid entry, proof that does not verify, damage found, nothing
               // found
  kUsage = 2,  // wrong command, flag or setting
  kEnvironment = 3,  // disk, folder, permissions, port, lock
  kPeer = 4,         // a peer or the network
  kRefused = 5,      // quarantined, or not allowed in this state
  kNotFinal = 6,     // published, but not final in the time that was given (--wait final)
  kBug = 70,
};

ExitCode exit_code_of(ErrorCode code);
/// The code whose wire name is `name`; kInternal for an unknown one.
ErrorCode error_code_named(std::string_view name);

}  // namespace dure::node
