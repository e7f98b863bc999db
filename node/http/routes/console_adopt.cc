// SPDX-License-Identifier: Apache-2.0
// Taking over what another government does: it is found by words, id or address, and a draft of an
// adoption begins that names it.
#include <utility>

#include "catalogue/references.h"
#include "console/adoption.h"
#include "http/routes/console_work.h"
#include "http/routes/related_views.h"
#include "inbox/telling.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kFoundOfAType = 20;

bool is_foreign(const ConsolePorts& ports, std::string_view origin) {
  return member_of_origin(origin) != member_of_origin(ports.own.origin);
}

/// What may be taken over, of what the words find.
Status add_found(const ConsolePorts& ports, const std::string& words,
                 std::vector<CatalogueItem>& items) {
  for (const char* type : {"practice", "service"}) {
    SearchRequest asked;
    asked.words = words;
    asked.type = type;
    asked.limit = kFoundOfAType;
    auto found = ports.search(asked);
    if (!found) return std::move(found).error();
    for (SearchHit& hit : found->page.hits) items.push_back(std::move(hit.item));
  }
  return ok();
}

/// By id, if the words are one or an address with one.
Status add_named(const ConsolePorts& ports, const std::string& id,
                 std::vector<CatalogueItem>& items) {
  auto claims = ports.claims(id);
  if (!claims) return claims.error().code == ErrorCode::kNotFound ? ok() : Status(claims.error());
  for (CatalogueItem& item : *claims) items.push_back(std::move(item));
  return ok();
}

AdoptableRow row_of(const ConsolePorts& ports, const PageFrame& frame, const CatalogueItem& item) {
  return {item.id,
          item.origin,
          entry_href(frame, item.id, item.origin),
          title_for(item, frame.language).text,
          type_in_words(item.type, frame.language),
          ports.publisher(item.origin),
          item.modified};
}

std::string adopt_page(const ConsolePorts& ports, ConsoleFrame frame, const std::string& words) {
  std::vector<CatalogueItem> items;
  const std::string id = entry_in(words);
  auto found = ok();
  if (!words.empty())
    found = id.empty() ? add_found(ports, words, items) : add_named(ports, id, items);
  if (!found) frame.fault = explain(frame.page.language, found.error());
  std::vector<AdoptableRow> rows;
  for (const CatalogueItem& item : items) {
    if (!item.withdrawn && can_be_adopted(item.type) && is_foreign(ports, item.origin))
      rows.push_back(row_of(ports, frame.page, item));
  }
  return render_adopt(frame, words, rows);
}

Response show_adopt(const ConsolePorts& ports, Visit& visit, const Request& request,
                    const PathArguments& /*arguments*/) {
  const std::string words(request.parameter("q").value_or(""));
  return console_response(200, adopt_page(ports, visit.frame, words));
}

/// The record that was chosen. Errors: those of the search; kInvalid (nobody adopts it, or it is
/// our own).
Result<RecordView> chosen(const ConsolePorts& ports, const Visit& visit) {
  auto record = ports.record(visit.field("id"), visit.field("origin"));
  if (!record) return record;
  if (!can_be_adopted(record->leaf.type) || !is_foreign(ports, record->item.origin) ||
      record->item.withdrawn || !record->body)
    return Error{ErrorCode::kInvalid, "not a practice or service of another government",
                 "errors.console_adopt"};
  return record;
}

/// A draft of this person about the entry is found again, so that a double click begins one.
Response adopt(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
               const PathArguments& /*arguments*/) {
  const auto again = [&](const ConsoleFrame& frame) { return adopt_page(ports, frame, {}); };
  const auto record = chosen(ports, visit);
  if (!record) return say_failure(visit, record.error(), again);
  const auto known = ports.drafts->holding(record->item.id);
  if (!known) return say_failure(visit, known.error(), again);
  const bool begun = *known && (*known)->type == "adoption" && (*known)->open() &&
                     (*known)->author == visit.account.name;
  if (begun) return see_other(visit.frame.page, draft_path((*known)->number));
  const std::string body = adoption_draft({record->item.origin, record->item.id, *record->body},
                                          ports.own.region, day_in_korea(ports.now()));
  const auto draft = ports.drafts->begin(visit.account.name, "adoption", body);
  if (!draft) return say_failure(visit, draft.error(), again);
  return see_other(visit.frame.page, draft_path(draft->number));
}

}  // namespace

void add_console_adopt(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/adopt", signed_in(ports, {StaffRole::kAuthor}, &show_adopt));
  router.add("POST", "/admin/adopt", signed_in(ports, {StaffRole::kAuthor}, &adopt));
}

}  // namespace dure::node::http
