// SPDX-License-Identifier: Apache-2.0
#include "http/routes/log_directory.h"

#include "dure/checkpoint.h"

namespace dure::node::http {
namespace {

// A made-up hash must not cost a query each; a new log, or that a log has another history now, is
// seen this much later at most.
constexpr std::chrono::milliseconds kRefreshAtMost{1'000};

}  // namespace

Result<LogId> LogDirectory::own() { return find(""); }

Result<LogId> LogDirectory::by_hash(std::string_view origin_hash) {
  return find(std::string(origin_hash));
}

Result<LogId> LogDirectory::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_();
  if (!refreshed_ || now - *refreshed_ >= kRefreshAtMost) {
    if (auto status = refresh(); !status) return std::move(status).error();
    refreshed_ = now;
  }
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  return Error{ErrorCode::kNotFound, "no such log is kept here"};
}

Status LogDirectory::refresh() {
  auto logs = logs_.logs();
  if (!logs) return std::move(logs).error();
  known_.clear();
  for (const auto& log : *logs) {
    known_[origin_hash(log.origin)] = log.id;
    if (log.own) known_[""] = log.id;
  }
  return ok();
}

}  // namespace dure::node::http
