// SPDX-License-Identifier: Apache-2.0
#include "inbox/desk.h"

#include <mutex>
#include <utility>

#include "inbox/proposal.h"

namespace dure::node {

/// A proposal that was published before somebody wrote down that it was.
Status InboxDesk::check_unpublished(std::uint64_t number) const {
  const auto message = ports_.inbox->message(number);
  if (!message) return message.error();
  if (message->state != MessageState::kWaiting) return ok();
  const auto record = ports_.find_by_source(proposal_source(message->mark));
  if (!record) return record.error();
  if (!*record) return ok();
  return Error{ErrorCode::kConflict,
               "published as " + **record,
               "errors.inbox_published_already",
               {{"number", std::to_string(number)}, {"record", **record}}};
}

Status InboxDesk::answer(std::uint64_t number, std::string_view text) const {
  const std::lock_guard lock(ports_.inbox->deciding());
  if (auto open = check_unpublished(number); !open) return open;
  return ports_.inbox->answer(number, text);
}

Status InboxDesk::decline(std::uint64_t number, std::string_view reason) const {
  const std::lock_guard lock(ports_.inbox->deciding());
  if (auto open = check_unpublished(number); !open) return open;
  return ports_.inbox->decline(number, reason);
}

Result<std::optional<Message>> InboxDesk::named_by(std::string_view source) const {
  auto messages = ports_.inbox->messages(/*all=*/true);
  if (!messages) return std::move(messages).error();
  for (Message& message : *messages) {
    if (proposal_source(message.mark) == source) return std::optional(std::move(message));
  }
  return std::optional<Message>();
}

Result<Receipt> InboxDesk::publish_waiting(std::uint64_t number, Submission proposal) const {
  const auto message = ports_.inbox->undecided(number);
  if (!message) return message.error();
  auto receipt = ports_.publish(std::move(proposal));
  if (!receipt) return receipt;
  if (auto noted = ports_.inbox->published(number, receipt->id); !noted)
    return std::move(noted).error();
  return receipt;
}

Result<Receipt> InboxDesk::publish(std::uint64_t number, Submission proposal) const {
  const std::lock_guard lock(ports_.inbox->deciding());
  return publish_waiting(number, std::move(proposal));
}

Result<Receipt> InboxDesk::publish(Submission entry) const {
  const std::lock_guard lock(ports_.inbox->deciding());
  const auto message = named_by(entry.source);
  if (!message) return message.error();
  // A later revision of a proposal names its message, too.
  if (!*message || entry.id) return ports_.publish(std::move(entry));
  return publish_waiting((*message)->number, std::move(entry));
}

Status InboxDesk::published(std::string_view source, const std::string& record) const {
  const std::lock_guard lock(ports_.inbox->deciding());
  const auto message = named_by(source);
  if (!message) return message.error();
  return *message ? ports_.inbox->published((*message)->number, record) : ok();
}

}  // namespace dure::node
