// SPDX-License-Identifier: Apache-2.0
#include "inbox/inbox.h"

#include <array>
#include <utility>

#include "inbox/telling.h"

namespace dure::node {
namespace {

constexpr std::size_t kReceiptLetters = 26, kMarkBytes = 16;
constexpr std::int64_t kDay = 24 * 60 * 60;

// Only the hash is stored: whoever reads the file cannot open the pages of those who told.
Hash receipt_hash(std::string_view receipt) { return sha256({"dure-inbox-receipt\n", receipt}); }

Error unknown(std::uint64_t number) {
  return Error{ErrorCode::kNotFound,
               "no message " + std::to_string(number),
               "errors.inbox_unknown",
               {{"number", std::to_string(number)}}};
}

Error already(const Message& message) {
  const std::string number = std::to_string(message.number);
  return Error{ErrorCode::kConflict,
               "message " + number + " was " + std::string(state_name(message.state)),
               "errors.inbox_decided",
               {{"number", number}}};
}

}  // namespace

Inbox::Inbox(InboxPorts ports) : ports_(std::move(ports)), questions_(ports_.random, ports_.now) {}

Status Inbox::tell(const Telling& telling, std::string_view receipt) {
  std::array<std::uint8_t, kMarkBytes> mark{};
  ports_.random(mark);
  Arrival arrival;
  arrival.telling = telling;
  arrival.receipt = receipt_hash(receipt);
  arrival.digest = telling_digest(telling);
  arrival.mark = base32_encode({reinterpret_cast<const char*>(mark.data()), mark.size()});
  arrival.time = ports_.now();
  return ports_.store->take(arrival, kMostWaiting);
}

Result<Message> Inbox::told(std::string_view receipt) {
  const Error none{ErrorCode::kNotFound, "no such receipt"};
  if (receipt.size() != kReceiptLetters) return none;
  auto found = ports_.store->find(receipt_hash(receipt));
  if (!found) return std::move(found).error();
  if (!*found) return none;
  return std::move(**found);
}

Result<std::vector<Message>> Inbox::messages(bool all) { return ports_.store->messages(all); }

Result<Message> Inbox::message(std::uint64_t number) {
  auto found = ports_.store->message(number);
  if (!found) return std::move(found).error();
  if (!*found) return unknown(number);
  return std::move(**found);
}

Result<Message> Inbox::undecided(std::uint64_t number) {
  auto found = message(number);
  if (found && found->state != MessageState::kWaiting) return already(*found);
  return found;
}

Status Inbox::check_words(std::string_view words) {
  const std::string said = tidy_text(words);
  if (said.empty() || !is_utf8(said))
    return Error{ErrorCode::kInvalid, "nothing said", "errors.inbox_nothing_said", {}};
  if (said.size() > kMostAnswerBytes)
    return Error{ErrorCode::kInvalid, "too long", "errors.inbox_too_long", {}};
  return ok();
}

Status Inbox::decide(std::uint64_t number, Decision decision) {
  if (decision.state != MessageState::kPublished) {
    if (auto fit = check_words(decision.answer); !fit) return fit;
  }
  decision.answer = tidy_text(decision.answer);
  auto decided = ports_.store->decide(number, decision, ports_.now());
  if (decided) return decided;
  if (decided.error().code == ErrorCode::kNotFound) return unknown(number);
  if (decided.error().code != ErrorCode::kConflict) return decided;
  const auto found = message(number);
  return found ? already(*found) : found.error();
}

Status Inbox::answer(std::uint64_t number, std::string_view text) {
  return decide(number, {MessageState::kAnswered, std::string(text), {}});
}

Status Inbox::decline(std::uint64_t number, std::string_view reason) {
  return decide(number, {MessageState::kDeclined, std::string(reason), {}});
}

Status Inbox::published(std::uint64_t number, const std::string& record) {
  return decide(number, {MessageState::kPublished, {}, record});
}

Result<std::uint64_t> Inbox::sweep() {
  return ports_.store->forget(ports_.now() - ports_.keep_days * kDay);
}

}  // namespace dure::node
