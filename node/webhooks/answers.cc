// SPDX-License-Identifier: Apache-2.0
#include "webhooks/answers.h"

#include <algorithm>

#include "replication/backoff.h"

namespace dure::node {
namespace {

const char* text_of(int status) {
  if (status == 410) return "errors.webhook_gone";
  if (status == 429 || status >= 500) return "errors.webhook_busy";
  if (status == 401 || status == 403) return "errors.webhook_refused";
  if (status == 404 || status == 405) return "errors.webhook_not_there";
  if (status >= 300 && status < 400) return "errors.webhook_redirects";
  return "errors.webhook_status";
}

ErrorCode code_of(int status) {
  if (status == 410) return ErrorCode::kGone;
  return status == 429 || status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kRefused;
}

}  // namespace

Status judge_hook_answer(const HookAnswer& answer, std::chrono::seconds longest_wait) {
  if (answer.status >= 200 && answer.status < 300) return ok();
  const std::string status = std::to_string(answer.status);
  Error error{
      code_of(answer.status), "HTTP " + status, text_of(answer.status), {{"status", status}}};
  return with_retry_after(std::move(error), std::min(answer.retry_after, longest_wait));
}

Error hook_unreachable(const Error& error) {
  return Error{error.code, error.detail, "errors.webhook_unreachable", {{"detail", error.detail}}};
}

}  // namespace dure::node
