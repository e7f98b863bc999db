// SPDX-License-Identifier: Apache-2.0
#include "http/routes/related_pages.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "http/routes/api_parameters.h"
#include "http/routes/page_response.h"
#include "http/routes/problems.h"
#include "http/routes/related_views.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kPerPage = 50;

using Query = std::vector<std::pair<std::string, std::string>>;

Query query_of(const ReferencesRequest& asked, const std::string& cursor) {
  return {{"origin", asked.origin}, {"kind", asked.kind}, {"type", asked.type}, {"cursor", cursor}};
}

std::uint64_t counted(const ReferencePage& page, const ReferencesRequest& asked) {
  std::uint64_t sum = 0;
  for (const ReferenceCount& count : page.counts) {
    const bool of_kind = asked.kind.empty() || count.kind == asked.kind;
    if (of_kind && (asked.type.empty() || count.type == asked.type)) sum += count.count;
  }
  return sum;
}

Response references(const PagePorts& ports, const Request& request, std::string_view id) {
  const PageFrame frame = page_frame(request, ports.own);
  const ReferencesRequest asked{std::string(id),
                                text_parameter(request, "origin"),
                                text_parameter(request, "kind"),
                                text_parameter(request, "type"),
                                kPerPage,
                                text_parameter(request, "cursor")};
  const auto answer = ports.references(asked);
  if (!answer && answer.error().code == ErrorCode::kInvalid && is_entry_id(id))
    return message_page(frame, 400);
  if (!answer) {
    const int status = status_of(answer.error().code);
    return message_page(frame, status >= 500 ? status : 404);
  }
  const std::string path = fmt::format("/e/{}/references", id);
  RelatedPageView view;
  view.title = title_for(answer->item, frame.language);
  if (view.title.text.empty()) view.title.text = id;  // withdrawn
  view.entry_href = entry_href(frame, id, asked.origin);
  view.group.heading = asked.kind.empty()
                           ? text(frame.language, "pages.related.heading")
                           : reference_heading(asked.kind, asked.type, frame.language);
  view.group.count = counted(answer->named_by, asked);
  for (const ReferringRecord& record : answer->named_by.records)
    view.group.entries.push_back(related_entry(frame, ports, record.item));
  if (!asked.cursor.empty()) view.first_href = page_href(frame, path, query_of(asked, {}));
  if (const std::string& next = answer->named_by.next_cursor; !next.empty())
    view.next_href = page_href(frame, path, query_of(asked, next));
  return page_response(200, render_related(frame, view));
}

}  // namespace

void add_related_pages(Router& router, PagePorts ports) {
  const auto shared = std::make_shared<const PagePorts>(std::move(ports));
  router.add("GET", "/e/{id}/references",
             [shared](const Request& request, const PathArguments& arguments) {
               return references(*shared, request, arguments.at(0));
             });
}

}  // namespace dure::node::http
