// SPDX-License-Identifier: Apache-2.0
#include "inbox/telling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dure/entry.h"
#include "publishing/personal_data.h"

namespace dure::node {
namespace {

constexpr std::array<std::pair<TellingKind, std::string_view>, 2> kKinds = {
    {{TellingKind::kWrong, "wrong"}, {TellingKind::kNeed, "need"}}};
constexpr std::array<std::pair<MessageState, std::string_view>, 4> kStates = {
    {{MessageState::kWaiting, "waiting"},
     {MessageState::kAnswered, "answered"},
     {MessageState::kDeclined, "declined"},
     {MessageState::kPublished, "published"}}};

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) {
  return std::find_if(table.begin(), table.end(),
                      [&](const auto& row) { return row.first == value; })
      ->second;
}

template <class Table, class Value>
bool parse_name(const Table& table, std::string_view name, Value& value) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == name; });
  if (found != table.end()) value = found->first;
  return found != table.end();
}

constexpr std::string_view kSpace = " \t\n";

// Digits as a keyboard for Korean may write them, as ASCII: a number is one however it is typed.
std::string with_plain_digits(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool wide = text.substr(i).starts_with("\xEF\xBC") && i + 2 < text.size();
    const auto last = wide ? static_cast<unsigned char>(text[i + 2]) : 0U;
    if (wide && last >= 0x8D && last <= 0x99) {  // U+FF0D to U+FF19: - . / 0 … 9
      out += static_cast<char>(last - 0x8D + '-');
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string_view kind_name(TellingKind kind) { return name_of(kKinds, kind); }
bool parse_kind(std::string_view name, TellingKind& kind) { return parse_name(kKinds, name, kind); }
std::string_view state_name(MessageState state) { return name_of(kStates, state); }
bool parse_state(std::string_view name, MessageState& state) {
  return parse_name(kStates, name, state);
}

std::size_t count_letters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string tidy_text(std::string_view typed) {
  std::string out;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const bool returns = typed[i] == '\r';
    out += returns ? '\n' : typed[i];
    if (returns && i + 1 < typed.size() && typed[i + 1] == '\n') ++i;
  }
  const auto first = out.find_first_not_of(kSpace);
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(kSpace) - first + 1);
}

std::vector<TellingFault> check_text(std::string_view text) {
  std::vector<TellingFault> faults;
  const std::size_t letters = count_letters(text);
  if (letters < kLeastTelling) faults.push_back({"text", "pages.tell.fault.short"});
  if (letters > kMostTelling) faults.push_back({"text", "pages.tell.fault.long"});
  const std::string plain = with_plain_digits(text);
  if (has_resident_number(plain)) faults.push_back({"text", "pages.tell.fault.resident"});
  if (has_mobile_number(plain)) faults.push_back({"text", "pages.tell.fault.mobile"});
  return faults;
}

std::string entry_in(std::string_view typed) {
  constexpr std::size_t kIdLength = 26;
  constexpr std::string_view kPath = "/e/";
  const auto first = typed.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  typed = typed.substr(first, typed.find_last_not_of(kSpace) - first + 1);
  if (const auto path = typed.find(kPath); path != std::string_view::npos) {
    typed = typed.substr(path + kPath.size());
    typed = typed.substr(0, typed.find_first_of("/?#"));
  }
  return typed.size() == kIdLength && is_entry_id(typed) ? std::string(typed) : std::string();
}

Hash telling_digest(const Telling& telling) {
  std::string folded;
  bool gap = false;
  for (const char c : telling.text) {
    const bool space = kSpace.find(c) != std::string_view::npos;
    if (!space && gap && !folded.empty()) folded += ' ';
    if (!space) folded += c;
    gap = space;
  }
  return sha256({kind_name(telling.kind), "\n", telling.entry, "\n", folded});
}

}  // namespace dure::node
