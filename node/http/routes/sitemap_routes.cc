// SPDX-License-Identifier: Apache-2.0
#include "http/routes/sitemap_routes.h"

#include <fmt/format.h>

#include <utility>

#include "dure/entry.h"
#include "formats/atom.h"
#include "formats/moments.h"
#include "http/routes/api_answer.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kPart = 10'000;  // pages; sitemaps.org allows 50,000
constexpr std::string_view kFirst = "first";
constexpr std::string_view kOpening =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{} "
    "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";

Response xml(std::string body) {
  std::string tag = content_tag(body);
  return api_answer("application/xml", std::move(body), std::move(tag));
}

ListQuery after(const CatalogueSources& sources, std::string_view id) {
  return {sources.own.origin, std::string(id), sources.own.origin, kPart};
}

Response index(const CatalogueSources& sources, const Request& request) {
  const std::string base = base_address(sources.own, request);
  std::string body = fmt::format(kOpening, "sitemapindex");
  std::string part(kFirst);
  for (std::string id; !part.empty();) {
    body += fmt::format("<sitemap><loc>{}</loc></sitemap>\n",
                        xml_text(fmt::format("{}/sitemap/{}", base, part)));
    const auto list = sources.listing->items(after(sources, id));
    if (!list) return api_failure(list.error());
    id = list->items.empty() ? std::string() : list->items.back().id;
    part = list->more ? id : std::string();
  }
  return xml(body + "</sitemapindex>\n");
}

Response part(const CatalogueSources& sources, const Request& request, std::string_view name) {
  if (name != kFirst && !is_entry_id(name))
    return api_failure({ErrorCode::kNotFound, "no such part of the site map"});
  const auto list =
      sources.listing->items(after(sources, name == kFirst ? std::string_view() : name));
  if (!list) return api_failure(list.error());
  const std::string base = base_address(sources.own, request);
  std::string body = fmt::format(kOpening, "urlset");
  if (name == kFirst)
    body += fmt::format("<url><loc>{}</loc></url>\n", xml_text(base + "/accessibility"));
  for (const CatalogueItem& item : list->items) {
    body += fmt::format("<url><loc>{}</loc>", xml_text(fmt::format("{}/e/{}", base, item.id)));
    if (!moment_datatype(item.modified).empty())
      body += fmt::format("<lastmod>{}</lastmod>", item.modified);
    body += "</url>\n";
  }
  return xml(body + "</urlset>\n");
}

Response robots(const CatalogueSources& sources, const Request& request) {
  // Logs and proofs are for nodes, and a search is a page for each word that there is.
  std::string body =
      "User-agent: *\nDisallow: /log/\nDisallow: /mirror/\nDisallow: /federation/\n"
      "Disallow: /witness/\nDisallow: /api/\nDisallow: /*?q=\n";
  const std::string base = base_address(sources.own, request);
  if (base.starts_with("http")) body += "Sitemap: " + base + "/sitemap.xml\n";
  std::string tag = content_tag(body);
  return api_answer("text/plain; charset=utf-8", std::move(body), std::move(tag));
}

}  // namespace

void add_sitemap_routes(Router& router, CatalogueSources sources) {
  router.add("GET", "/sitemap.xml", [sources](const Request& request, const PathArguments&) {
    return index(sources, request);
  });
  router.add("GET", "/sitemap/{part}",
             [sources](const Request& request, const PathArguments& path) {
               return part(sources, request, path[0]);
             });
  router.add("GET", "/robots.txt",
             [sources = std::move(sources)](const Request& request, const PathArguments&) {
               return robots(sources, request);
             });
}

}  // namespace dure::node::http
