// SPDX-License-Identifier: Apache-2.0
#include "http/routes/list_formats.h"

#include <algorithm>
#include <vector>

#include "formats/catalogue_rdf.h"
#include "formats/csv_writer.h"
#include "formats/json_ld.h"
#include "formats/schema_org.h"
#include "http/routes/api_answer.h"
#include "http/routes/problems.h"
#include "web/texts.h"

namespace dure::node::http {
namespace {

Response answer_with(Format format, std::string body) {
  std::string tag = content_tag(body);
  return api_answer(format_type(format), std::move(body), std::move(tag));
}

Result<std::vector<ListedEntry>> read_hits(const CatalogueSources& sources,
                                           const SearchAnswer& answer) {
  std::vector<ListedEntry> entries;
  for (const SearchHit& hit : answer.page.hits) {
    auto entry = sources.listing->entry(hit.item);
    if (!entry) return std::move(entry).error();
    if (*entry) entries.push_back(**std::move(entry));
  }
  return entries;
}

std::string as_csv(const CatalogueFactsBook& book, const std::vector<ListedEntry>& entries) {
  std::string out = csv_open();
  for (const ListedEntry& entry : entries) {
    const std::string& origin = entry.item.origin;
    out += csv_line(entry_row(published(entry), book.publisher(origin).name,
                              book.context().addresses.entry(origin, entry.item.id)));
  }
  return out;
}

std::string as_json_ld(const CatalogueFactsBook& book, const std::vector<ListedEntry>& entries) {
  JsonLdWriter json;
  std::string out = JsonLdWriter::open();
  std::vector<std::string> described;
  for (const ListedEntry& entry : entries) {
    for (const RdfNode& node : entry_nodes(published(entry), book.context()))
      out += json.append(node);
    const PublisherFacts publisher = book.publisher(entry.item.origin);
    if (std::find(described.begin(), described.end(), publisher.origin) != described.end())
      continue;
    described.push_back(publisher.origin);
    out += json.append(publisher_node(publisher, book.context()));
  }
  return out += JsonLdWriter::close();
}

std::string as_atom(const CatalogueFactsBook& book, const Request& request,
                    const SearchAnswer& answer, const std::string& next) {
  AtomFeed feed;
  feed.id = self_address(book, request);
  const std::string words(request.parameter("q").value_or(""));
  feed.title = text(Language::kKo, words.empty() ? "pages.feed.entries" : "pages.feed.search",
                    {{"node", book.own().name}, {"words", words}});
  feed.author = book.own().name;
  feed.links = {{"self", feed.id}, {"alternate", book.context().addresses.here("/")}};
  if (!next.empty()) feed.links.emplace_back("next", book.context().addresses.here(next));
  for (const SearchHit& hit : answer.page.hits) {
    feed.entries.push_back(atom_entry(book, hit.item));
    feed.updated = std::max(feed.updated, hit.item.modified);
  }
  return format_atom(feed);
}

}  // namespace

std::string self_address(const CatalogueFactsBook& book, const Request& request) {
  return book.context().addresses.here(request.target.empty() ? request.path : request.target);
}

AtomEntry atom_entry(const CatalogueFactsBook& book, const CatalogueItem& item) {
  AtomEntry entry;
  entry.id = entry.address = book.context().addresses.entry(item.origin, item.id);
  entry.updated = item.modified;
  entry.title = item.title.empty() ? item.title_en : item.title;
  entry.summary = item.summary;
  entry.author = book.publisher(item.origin).name;
  entry.categories = {item.type};
  return entry;
}

std::string head_of_entry(const CatalogueSources& sources, const Request& request,
                          const RecordView& view) {
  const auto book = CatalogueFactsBook::read(sources, request);
  if (!book || !view.body) return {};
  const Addresses& addresses = book->context().addresses;
  const bool own = view.item.origin == sources.own.origin;
  // Another government's entry is at home at its node, if it is known where that is.
  std::string home = own || !addresses.base_of(view.item.origin).empty()
                         ? addresses.entry(view.item.origin, view.item.id)
                         : std::string();
  if (own && addresses.base_of(view.item.origin).empty())
    home = addresses.here("/e/" + view.item.id);
  if (!home.starts_with("http")) home.clear();
  return entry_head(published({view.item, view.leaf, *view.body}),
                    book->publisher(view.item.origin), book->context(), home);
}

Response search_as(const CatalogueSources& sources, const Request& request,
                   const SearchAnswer& answer, Format format, const std::string& next) {
  const auto book = CatalogueFactsBook::read(sources, request);
  if (!book) return api_failure(book.error());
  if (format == Format::kAtom) return answer_with(format, as_atom(*book, request, answer, next));
  const auto entries = read_hits(sources, answer);
  if (!entries) return api_failure(entries.error());
  return answer_with(
      format, format == Format::kCsv ? as_csv(*book, *entries) : as_json_ld(*book, *entries));
}

}  // namespace dure::node::http
