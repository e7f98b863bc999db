// SPDX-License-Identifier: Apache-2.0
#include "app/witness_logs.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "dure/policy.h"

namespace dure::node {
namespace {

Error file_error(ErrorCode code, const std::string& path, std::string detail) {
  return Error{code,
               path + ": " + detail,
               "errors.witness_extra_logs",
               {{"file", printable(path)}, {"detail", std::move(detail)}}};
}

}  // namespace

Result<WitnessedLogs> load_extra_logs(const std::string& path, const std::string& own_origin,
                                      const std::string& witness_name) {
  WitnessedLogs logs;
  if (path.empty()) return logs;
  std::ifstream file(path, std::ios::binary);
  std::stringstream contents;
  if (!file || !(contents << file.rdbuf()))
    return file_error(ErrorCode::kStorage, path, "cannot be read");
  auto policy = parse_policy(contents.str());
  // Whom to witness needs no quorum: log lines alone will do.
  if (!policy) {
    if (auto logs_only = parse_policy(contents.str() + "\nquorum none\n"))
      policy = std::move(logs_only);
  }
  if (!policy) return file_error(policy.error().code, path, policy.error().detail);
  for (const PolicyLog& log : policy->logs) {
    const std::string& origin = log.key.name();
    // One name for two things would let a statement about one be taken for the other.
    if (origin == own_origin || origin == witness_name)
      return file_error(ErrorCode::kInvalid, path, origin + " is this node itself");
    add_witnessed_key(logs, origin, log.key);
  }
  return logs;
}

void add_witnessed_key(WitnessedLogs& logs, const std::string& origin, VerifierKey key) {
  auto& keys = logs[origin];
  const bool there = std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& known) {
    return known.public_key() == key.public_key();
  });
  if (!there) keys.push_back(std::move(key));
}

}  // namespace dure::node
