// SPDX-License-Identifier: Apache-2.0
#include "http/routes/inbox_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "catalogue/references.h"
#include "http/form.h"
#include "http/rate_limit.h"
#include "http/routes/page_response.h"
#include "http/routes/related_views.h"
#include "inbox/telling.h"
#include "publishing/entry_planner.h"
#include "web/tell_view.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kRememberedClients = 16'384;
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

// Neither a token nor what somebody wrote belongs into a cache.
Response private_page(int status, std::string html) {
  Response response = page_response(status, std::move(html));
  std::erase_if(response.headers, [](const auto& header) { return header.first == "ETag"; });
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = "no-store";
  }
  response.headers.emplace_back("X-Robots-Tag", "noindex");
  return response;
}

Response say_message(const PageFrame& frame, int status, const char* key) {
  const std::string prefix = std::string("pages.tell.") + key;
  const MessageView view{text(frame.language, prefix), text(frame.language, prefix + "-how"),
                         page_href(frame, "/tell"), text(frame.language, "pages.tell.open")};
  return private_page(status, render_message(frame, view));
}

std::string number_words(Language language, unsigned number) {
  return text(language, fmt::format("pages.tell.number.{}", number));
}

std::string question_words(Language language, const WordQuestion& question) {
  static constexpr const char* kKeys[] = {"sum", "difference", "larger", "after"};
  return text(language,
              fmt::format("pages.tell.question.{}", kKeys[static_cast<std::size_t>(question.kind)]),
              {{"first", number_words(language, question.first)},
               {"second", number_words(language, question.second == 0 ? 1 : question.second)}});
}

/// One POST on its way: what was typed, and what is wrong with it.
struct Attempt {
  PageFrame frame;
  TellFormView form;
  Telling telling;
  std::optional<AskedQuestion> asked;  // answered rightly

  void fault(const std::string& field, const std::string& key, const TextArguments& args = {}) {
    form.faults.push_back({field, text(frame.language, key, args)});
  }
};

class TellPages {
 public:
  explicit TellPages(InboxPagePorts ports)
      : ports_(std::move(ports)),
        tries_(kTriesPerHour / 3600, kTriesPerHour, kRememberedClients, ports_.clock),
        tellings_(kTellingsPerHour / 3600, kTellingsPerHour, kRememberedClients, ports_.clock) {}

  Response open_form(const Request& request) const;
  Response tell(const Request& request) const;
  Response receipt(const Request& request, std::string_view code) const;

 private:
  std::string town() const { return ports_.own.name.empty() ? ports_.own.origin : ports_.own.name; }
  std::optional<CatalogueItem> own_record(std::string_view id) const;
  bool somebody_has(std::string_view id) const;
  void show_entry(const PageFrame& frame, TellFormView& form) const;
  void check_question(Attempt& attempt) const;
  void check_entry(Attempt& attempt) const;
  bool within(RateLimiter& limiter, const Request& request, Attempt& attempt) const;
  Response answer(Attempt& attempt, int status) const;
  Response keep(Attempt& attempt, const Request& request) const;

  const InboxPagePorts ports_;
  mutable RateLimiter tries_, tellings_;  // have locks of their own
};

// A record of this member, in whichever of its logs.
std::optional<CatalogueItem> TellPages::own_record(std::string_view id) const {
  const auto claims = ports_.claims(id);
  if (!claims) return std::nullopt;
  const auto own = std::find_if(claims->begin(), claims->end(), [&](const CatalogueItem& item) {
    return !item.superseded && member_of_origin(item.origin) == member_of_origin(ports_.own.origin);
  });
  return own == claims->end() ? std::nullopt : std::optional(*own);
}

bool TellPages::somebody_has(std::string_view id) const {
  const auto claims = ports_.claims(id);
  return claims && !claims->empty();
}

void TellPages::show_entry(const PageFrame& frame, TellFormView& form) const {
  const std::string id = entry_in(form.entry);
  const auto record = id.empty() ? std::nullopt : own_record(id);
  if (!record) return;
  form.entry_title = title_for(*record, frame.language);
  if (form.entry_title.text.empty()) form.entry_title = {id, {}};
  form.entry_href = page_href(frame, "/e/" + id);
}

Response TellPages::open_form(const Request& request) const {
  Attempt attempt{page_frame(request, ports_.own), {}, {}, {}};
  attempt.form.entry = request.parameter("id").value_or("").substr(0, 300);
  if (!attempt.form.entry.empty()) attempt.form.kind = "wrong";
  return answer(attempt, 200);
}

void TellPages::check_question(Attempt& attempt) const {
  auto asked = ports_.inbox->questions().recall(attempt.form.token);
  const auto said = number_said(attempt.form.answer);
  if (!asked) {
    attempt.fault("answer", "pages.tell.fault.old");
  } else if (!said || *said != asked->question.answer()) {
    attempt.fault("answer", "pages.tell.fault.answer");
  } else {
    attempt.asked = std::move(*asked);
  }
}

// An entry matters only where it is wrong; another government's is for that government.
void TellPages::check_entry(Attempt& attempt) const {
  if (attempt.telling.kind != TellingKind::kWrong) return;
  const std::string id = entry_in(attempt.form.entry);
  if (attempt.form.entry.empty()) return attempt.fault("id", "pages.tell.fault.entry-missing");
  if (!id.empty() && own_record(id)) {
    attempt.telling.entry = id;
    return;
  }
  const bool elsewhere = !id.empty() && somebody_has(id);
  attempt.fault("id",
                elsewhere ? "pages.tell.fault.entry-other" : "pages.tell.fault.entry-unknown");
}

bool TellPages::within(RateLimiter& limiter, const Request& request, Attempt& attempt) const {
  const auto client = parse_address(request.client);
  if (!client || client->is_loopback()) return true;  // as the server's own limit
  const auto verdict = limiter.take(*client);
  if (verdict.allowed) return true;
  const auto minutes = verdict.retry_after.count() / 60 + 1;
  attempt.fault("", "pages.tell.fault.often", {{"minutes", std::to_string(minutes)}});
  return false;
}

/// The form again, with everything that was typed; a question that was answered rightly stays.
Response TellPages::answer(Attempt& attempt, int status) const {
  const auto& questions = ports_.inbox->questions();
  const bool again = !attempt.asked;
  const AskedQuestion asked = again ? questions.ask() : *attempt.asked;
  attempt.form.town = town();
  attempt.form.question = question_words(attempt.frame.language, asked.question);
  attempt.form.token = asked.token;
  if (again) attempt.form.answer.clear();
  show_entry(attempt.frame, attempt.form);
  return private_page(status, render_tell_form(attempt.frame, attempt.form));
}

Response TellPages::keep(Attempt& attempt, const Request& request) const {
  const std::string code = attempt.asked->receipt;
  // Sent twice by a double click: the same page, and no second telling is counted.
  const bool repeated = ports_.inbox->told(code).has_value();
  if (!repeated && !within(tellings_, request, attempt)) return answer(attempt, 429);
  if (const auto kept = ports_.inbox->tell(attempt.telling, code); !kept) {
    switch (kept.error().code) {
      case ErrorCode::kConflict:
        attempt.asked.reset();
        attempt.fault("answer", "pages.tell.fault.sent");
        return answer(attempt, 409);
      case ErrorCode::kUnavailable:
        attempt.fault("", "pages.tell.fault.full");
        return answer(attempt, 503);
      default:
        attempt.fault("", "pages.tell.fault.storage");
        return answer(attempt, 503);
    }
  }
  Response response = make_response(303, "", "");
  response.headers = {{"Location", page_href(attempt.frame, "/tell/" + code)},
                      {"Cache-Control", "no-store"}};
  return response;
}

Response TellPages::tell(const Request& request) const {
  Attempt attempt{page_frame(request, ports_.own), {}, {}, {}};
  attempt.frame.query.clear();
  // Another site must not send with its visitors' addresses.
  if (request.header("sec-fetch-site").value_or("") == "cross-site")
    return say_message(attempt.frame, 403, "cross-site");
  if (!request.header("content-type").value_or("").starts_with(kFormType))
    return say_message(attempt.frame, 415, "unreadable");
  const auto fields = parse_form(request.body, kMaxTellBytes);
  if (!fields) {
    const bool large = fields.error().code == ErrorCode::kTooLarge;
    return say_message(attempt.frame, large ? 413 : 400, "unreadable");
  }
  if (parse_language(form_value(*fields, "lang"), attempt.frame.language))
    attempt.frame.language_chosen = true;
  attempt.form.kind = form_value(*fields, "kind");
  attempt.form.entry = form_value(*fields, "id");
  attempt.form.text = form_value(*fields, "text");
  attempt.form.token = form_value(*fields, "token");
  attempt.form.answer = form_value(*fields, "answer");
  if (!within(tries_, request, attempt)) return answer(attempt, 429);

  if (!parse_kind(attempt.form.kind, attempt.telling.kind))
    attempt.fault("kind", "pages.tell.fault.kind");
  else
    check_entry(attempt);
  attempt.telling.text = tidy_text(attempt.form.text);
  for (const TellingFault& fault : check_text(attempt.telling.text))
    attempt.fault(fault.field, fault.text);
  check_question(attempt);
  if (!attempt.form.faults.empty()) return answer(attempt, 422);
  return keep(attempt, request);
}

Response TellPages::receipt(const Request& request, std::string_view code) const {
  const PageFrame frame = page_frame(request, ports_.own);
  const auto found = ports_.inbox->told(code);
  if (!found && found.error().code == ErrorCode::kNotFound)
    return say_message(frame, 404, "no-receipt");
  if (!found) return message_page(frame, 500);
  TellFormView entry;
  entry.entry = found->telling.entry;
  show_entry(frame, entry);
  TellReceiptView view;
  view.town = town();
  view.code = code;
  view.kind = kind_name(found->telling.kind);
  view.text = found->telling.text;
  view.entry_title = std::move(entry.entry_title);
  view.entry_href = std::move(entry.entry_href);
  view.received = format_leaf_time(found->received);
  view.state = state_name(found->state);
  if (found->decided != 0) view.decided = format_leaf_time(found->decided);
  view.answer = found->answer;
  if (!found->record.empty()) view.record_href = page_href(frame, "/e/" + found->record);
  view.keep_days = ports_.keep_days;
  return private_page(200, render_tell_receipt(frame, view));
}

}  // namespace

void add_inbox_pages(Router& router, InboxPagePorts ports) {
  const auto pages = std::make_shared<const TellPages>(std::move(ports));
  router.add("GET", "/tell", [pages](const Request& request, const PathArguments&) {
    return pages->open_form(request);
  });
  router.add("POST", "/tell", [pages](const Request& request, const PathArguments&) {
    return pages->tell(request);
  });
  router.add("GET", "/tell/{code}",
             [pages](const Request& request, const PathArguments& arguments) {
               return pages->receipt(request, arguments.at(0));
             });
}

}  // namespace dure::node::http
