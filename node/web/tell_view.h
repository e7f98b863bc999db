// SPDX-License-Identifier: Apache-2.0
// The form with which citizens tell their town something, and the page that says what became of it.
#pragma once

#include <string>
#include <vector>

#include "web/pages.h"

namespace dure::node {

struct TellFault {
  std::string field;  // "kind", "id", "text", "answer", or empty: the form as a whole
  std::string words;
};

/// What was typed stays, whatever was wrong with it.
struct TellFormView {
  std::string town;        // whose node this is
  std::string kind;        // "wrong", "need", or empty: not chosen yet
  std::string entry;       // id or address as typed
  Text entry_title;        // of a record that was found under it; may be empty
  std::string entry_href;  // of that
  std::string text;
  std::string question;  // in words
  std::string token, answer;
  std::vector<TellFault> faults;
};

struct TellReceiptView {
  std::string town, code;
  std::string kind, text;  // as told
  Text entry_title;        // may be empty
  std::string entry_href;
  std::string received;        // RFC 3339
  std::string state, decided;  // "waiting", …; RFC 3339 or empty
  std::string answer;          // of the town; may be empty
  std::string record_href;     // of the proposal that was published; may be empty
  std::uint64_t keep_days = 0;
};

/// Threads: any. All text is escaped.
std::string render_tell_form(const PageFrame& frame, const TellFormView& view);
std::string render_tell_receipt(const PageFrame& frame, const TellReceiptView& view);

}  // namespace dure::node
