// SPDX-License-Identifier: Apache-2.0
// What records name and what names them, as the service tells it.
#include <algorithm>
#include <utility>

#include "catalogue/references.h"
#include "catalogue/search_service.h"

namespace dure::node {
namespace {

Error bad_parameter(std::string_view name, std::string detail) {
  return {ErrorCode::kInvalid, std::move(detail), {}, {{"parameter", std::string(name)}}};
}

Status check(const ReferencesRequest& request) {
  if (request.limit < 1 || request.limit > kMaxSearchLimit)
    return bad_parameter("limit", "limit must be 1 to " + std::to_string(kMaxSearchLimit));
  if (!request.kind.empty() && !is_reference_kind(request.kind)) {
    std::string known;
    for (const std::string_view kind : reference_kinds())
      known.append(known.empty() ? "" : ", ").append(kind);
    return bad_parameter("kind", "one of: " + known);
  }
  if (!request.type.empty() && !is_entry_type(request.type))
    return bad_parameter("type", "not an entry type");
  return ok();
}

}  // namespace

/// A log of a later generation goes on with the same records, so that any log of the member may be
/// named.
std::optional<CatalogueItem> SearchService::resolve(const EntryReference& reference) {
  const auto items = catalogue_.find(reference.id);
  if (!items) return std::nullopt;
  const auto found = std::find_if(items->begin(), items->end(), [&](const CatalogueItem& item) {
    return !item.withdrawn && !item.superseded &&
           member_of_origin(item.origin) == member_of_origin(reference.origin);
  });
  return found == items->end() ? std::nullopt : std::optional(*found);
}

Result<ReferencesAnswer> SearchService::references(const ReferencesRequest& request) {
  if (auto checked = check(request); !checked) return std::move(checked).error();
  const auto items = found(request.id);
  if (!items) return items.error();
  auto item = pick(*items, request.origin);
  if (!item) return std::move(item).error();
  ReferencesAnswer answer;
  answer.item = *std::move(item);
  auto page = catalogue_.referring({std::string(member_of_origin(answer.item.origin)), request.id,
                                    request.kind, request.type, request.limit, request.cursor});
  if (!page && page.error().code == ErrorCode::kInvalid)
    return bad_parameter("cursor", page.error().detail);
  if (!page) return std::move(page).error();
  answer.named_by = *std::move(page);
  if (!request.cursor.empty()) return answer;
  auto names = catalogue_.references(answer.item.origin, request.id);
  if (!names) return std::move(names).error();
  for (EntryReference& reference : *names) {
    auto target = resolve(reference);
    answer.names.push_back({std::move(reference), std::move(target)});
  }
  return answer;
}

/// What is named and not known here has no title to choose it by.
std::vector<CountedProblem> SearchService::known_problems(const std::vector<ProblemCount>& counts) {
  std::vector<CountedProblem> known;
  for (const ProblemCount& counted : counts) {
    if (known.size() == kMaxAnsweredProblems) break;
    auto item = resolve({"addresses", counted.member + "/1", counted.id});
    if (item) known.push_back({*std::move(item), counted.count});
  }
  return known;
}

/// Says in `request` which problem is meant: its id and member.
Status SearchService::name_problem(SearchRequest& request) {
  if (request.problem.empty()) return ok();
  const auto name = parse_record_name(request.problem);
  if (!name) return bad_parameter("problem", name.error().detail);
  request.problem = name->id;
  request.problem_member = member_of_origin(name->origin);
  if (!name->origin.empty()) return ok();
  const auto items = catalogue_.find(name->id);
  if (!items) return items.error();
  for (const CatalogueItem& item : *items) {
    const std::string_view member = member_of_origin(item.origin);
    if (!request.problem_member.empty() && request.problem_member != member)
      return bad_parameter("problem", "several logs claim this id; name it as origin/id");
    request.problem_member = member;
  }
  if (request.problem_member.empty())
    return bad_parameter("problem", "no entry with this id is known here; name it as origin/id");
  return ok();
}

}  // namespace dure::node
