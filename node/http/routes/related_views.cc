// SPDX-License-Identifier: Apache-2.0
#include "http/routes/related_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "catalogue/references.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kShown = 5;  // of a group

struct Pair {
  std::string_view kind, type;
};
/// What readers need first; the rest follows as it comes. Remarks come first of all: they may say
/// that the entry is wrong.
constexpr std::array<Pair, 9> kOrder = {{{"about", "notice"},
                                         {"addresses", "practice"},
                                         {"addresses", "service"},
                                         {"practice", "adoption"},
                                         {"programme", "response"},
                                         {"addresses", "adoption"},
                                         {"addresses", "spec"},
                                         {"addresses", "dataset"},
                                         {"addresses", "proposal"}}};

std::size_t rank(const ReferenceCount& count) {
  const auto found = std::find_if(kOrder.begin(), kOrder.end(), [&](const Pair& pair) {
    return pair.kind == count.kind && pair.type == count.type;
  });
  return static_cast<std::size_t>(found - kOrder.begin());
}

/// The first few of one group; `page` holds what came with the counts.
std::vector<CatalogueItem> first_of(const PagePorts& ports, const CatalogueItem& target,
                                    const ReferenceCount& group, const ReferencePage& page) {
  std::vector<CatalogueItem> items;
  const auto take = [&](const ReferencePage& from) {
    for (const ReferringRecord& record : from.records) {
      if (record.kind == group.kind && record.item.type == group.type && items.size() < kShown)
        items.push_back(record.item);
    }
  };
  take(page);
  if (items.size() == std::min<std::uint64_t>(kShown, group.count)) return items;
  items.clear();
  const auto more =
      ports.references({target.id, target.origin, group.kind, group.type, kShown, {}});
  if (more) take(more->named_by);
  return items;
}

std::string all_href(const PageFrame& frame, const CatalogueItem& target,
                     const ReferenceCount& group) {
  if (target.type == "problem" && group.kind == "addresses") {
    return page_href(
        frame, "/",
        {{"type", group.type}, {"problem", format_record_name({target.origin, target.id})}});
  }
  return page_href(frame, fmt::format("/e/{}/references", target.id),
                   {{"origin", target.origin}, {"kind", group.kind}, {"type", group.type}});
}

}  // namespace

Text title_for(const CatalogueItem& item, Language language) {
  if (language == Language::kKo) return {item.title, {}};
  return item.title_en.empty() ? Text{item.title, "ko"} : Text{item.title_en, {}};
}

std::string entry_href(const PageFrame& frame, std::string_view id, std::string_view origin) {
  return page_href(frame, fmt::format("/e/{}", id), {{"origin", std::string(origin)}});
}

RelatedEntry related_entry(const PageFrame& frame, const PagePorts& ports,
                           const CatalogueItem& item) {
  return {entry_href(frame, item.id), title_for(item, frame.language), ports.publisher(item.origin),
          item.modified};
}

std::string reference_heading(std::string_view kind, std::string_view type, Language language) {
  const std::string exact = fmt::format("pages.related.{}.{}", kind, type);
  if (has_text(language, exact)) return text(language, exact);
  const std::string of_kind = fmt::format("pages.related.{}", kind);
  const TextArguments args = {{"type", type_in_words(type, language)}};
  return text(language, has_text(language, of_kind) ? of_kind : "pages.related.other", args);
}

std::vector<RelatedGroup> related_groups(const PageFrame& frame, const PagePorts& ports,
                                         const ReferencesAnswer& answer) {
  std::vector<RelatedGroup> groups;
  auto counts = answer.named_by.counts;
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (const ReferenceCount& count : counts) {
    if (answer.item.type == "practice" && count.kind == "practice" && count.type == "adoption")
      continue;
    RelatedGroup group{reference_heading(count.kind, count.type, frame.language), count.count, {}};
    for (const CatalogueItem& one : first_of(ports, answer.item, count, answer.named_by))
      group.entries.push_back(related_entry(frame, ports, one));
    if (group.entries.size() < count.count) group.all_href = all_href(frame, answer.item, count);
    if (!group.entries.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace dure::node::http
