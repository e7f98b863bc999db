// SPDX-License-Identifier: Apache-2.0
// Faults in words.
#include <algorithm>

#include "publishing/entry_validation.h"

namespace dure::node {
namespace {

bool is_index(std::string_view token) {
  return !token.empty() &&
         std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string label_of(std::string_view token, const TextLookup& lookup) {
  const std::string key = "schema.field." + std::string(token);
  auto label = lookup(key, {});
  return label == key ? std::string(token) : label;  // a name that is not ours
}

/// "/channels/0/phone" → "신청 방법 1 › 전화".
std::string path_in_words(std::string_view pointer, const TextLookup& lookup) {
  std::string words;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (is_index(token)) {
      words += " " + std::to_string(std::stoul(std::string(token.substr(0, 9))) + 1);
    } else {
      if (!words.empty()) words += " › ";
      words += label_of(token, lookup);
    }
  }
  return words;
}

}  // namespace

bool has_error(const std::vector<EntryFault>& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const EntryFault& fault) {
    return fault.severity == FaultSeverity::kError;
  });
}

std::string describe(const EntryFault& fault, const TextLookup& lookup) {
  auto what = lookup(fault.text, fault.args);
  if (fault.pointer.empty()) return what;
  return path_in_words(fault.pointer, lookup) + " (" + fault.pointer + "): " + what;
}

Error to_error(const EntryFault& fault) {
  auto args = fault.args;
  args.emplace_back("pointer", fault.pointer);
  return {ErrorCode::kInvalid, fault.pointer + ": " + fault.text, fault.text, std::move(args)};
}

}  // namespace dure::node
