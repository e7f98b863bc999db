// SPDX-License-Identifier: Apache-2.0
// What a citizen told the town, and what the town decided. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dure::node {

enum class TellingKind { kWrong, kNeed };  // an entry is wrong; something is wanted

/// What somebody typed. No name, no address, nothing else about who it was.
struct Telling {
  TellingKind kind = TellingKind::kNeed;
  std::string entry;  // id of the record that is wrong; may be empty
  std::string text;   // UTF-8, lines end with \n
  bool operator==(const Telling&) const = default;
};

enum class MessageState { kWaiting, kAnswered, kDeclined, kPublished };

/// What a person at the town decided; there is nothing after it.
struct Decision {
  MessageState state = MessageState::kAnswered;
  std::string answer;  // for whoever asked: the answer or the reason; empty of a published one
  std::string record;  // id of the proposal that was published
  bool operator==(const Decision&) const = default;
};

struct Message {
  std::uint64_t number = 0;  // what staff call it; never given twice
  Telling telling;
  std::string mark;           // random; names it in a proposal, so that none is published twice
  std::int64_t received = 0;  // POSIX seconds
  std::uint64_t times = 1;    // so often it was told
  MessageState state = MessageState::kWaiting;
  std::int64_t decided = 0;  // 0 while it waits
  std::string answer = {}, record = {};
};

/// How many messages wait, and since when; `since` is 0 if none does.
struct WaitingMessages {
  std::uint64_t count = 0;
  std::int64_t since = 0;
};

/// "wrong", "need"; "waiting", "answered", "declined", "published".
std::string_view kind_name(TellingKind kind);
bool parse_kind(std::string_view name, TellingKind& kind);
std::string_view state_name(MessageState state);
bool parse_state(std::string_view name, MessageState& state);

}  // namespace dure::node
