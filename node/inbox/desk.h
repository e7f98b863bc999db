// SPDX-License-Identifier: Apache-2.0
// Where people at the town decide on messages: from the command line and from the console alike.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "inbox/inbox.h"
#include "publishing/publisher.h"

namespace dure::node {

struct InboxDeskPorts {
  Inbox* inbox = nullptr;  // outlives the desk
  /// Id of the record of the own log with this source.
  std::function<Result<std::optional<std::string>>(std::string_view source)> find_by_source;
  std::function<Result<Receipt>(Submission submission)> publish;
};

/// Threads: any; all desks of one inbox take turns.
class InboxDesk {
 public:
  explicit InboxDesk(InboxDeskPorts ports) : ports_(std::move(ports)) {}

  /// As Inbox::answer and Inbox::decline. Errors: also kConflict (its proposal was published before
  /// somebody wrote that down).
  Status answer(std::uint64_t number, std::string_view text) const;
  Status decline(std::uint64_t number, std::string_view reason) const;
  /// Publishes the proposal for message `number`, which its source names, and writes that down.
  /// Whatever ends the process between the two, asking again finds the published one by its source.
  /// Errors: kNotFound, kConflict (decided), those of the publisher.
  Result<Receipt> publish(std::uint64_t number, Submission proposal) const;
  /// Publishes a new entry; if its source names a message, that message's proposal. Errors: as
  /// above.
  Result<Receipt> publish(Submission entry) const;
  /// The entry with this source is published: writes it down with the message that it names, if
  /// there is one. Errors: kConflict (decided otherwise), kStorage.
  Status published(std::string_view source, const std::string& record) const;

 private:
  Status check_unpublished(std::uint64_t number) const;
  Result<std::optional<Message>> named_by(std::string_view source) const;
  Result<Receipt> publish_waiting(std::uint64_t number, Submission proposal) const;

  const InboxDeskPorts ports_;
};

}  // namespace dure::node
