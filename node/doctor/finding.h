// SPDX-License-Identifier: Apache-2.0
// One result of `dure doctor`: what was looked at, how it is, and in which words that is said.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/error.h"

namespace dure::node {

enum class Verdict { kOk, kWarning, kError, kNotChecked };
/// "ok", "warning", "error", "not-checked": scripts rely on it.
std::string_view verdict_name(Verdict verdict);

struct Finding {
  std::string check;    // stable name, e.g. "disk-space"
  std::string subject;  // the file, address or peer it is about; may be empty
  Verdict verdict = Verdict::kOk;
  std::string text;  // text key of what was found; the same with ".remedy": what to do, if anything
  std::vector<std::pair<std::string, std::string>> args = {};
  std::optional<Error> cause = {};  // said in the place {detail}
};

using Findings = std::vector<Finding>;

}  // namespace dure::node
