// SPDX-License-Identifier: Apache-2.0
#include "http/routes/negotiation.h"

#include <algorithm>
#include <array>
#include <string>

#include "http/head.h"
#include "http/routes/api_answer.h"

namespace dure::node::http {
namespace {

struct Row {
  Format format;
  std::string_view name, type, charset;
};
constexpr std::array<Row, 6> kRows = {{{Format::kJson, "json", "application/json", ""},
                                       {Format::kJsonLd, "jsonld", "application/ld+json", ""},
                                       {Format::kTurtle, "ttl", "text/turtle", "; charset=utf-8"},
                                       {Format::kCsv, "csv", "text/csv", "; charset=utf-8"},
                                       {Format::kAtom, "atom", "application/atom+xml", ""},
                                       {Format::kEvents, "sse", "text/event-stream", ""}}};

const Row& row_of(Format format) {
  return *std::find_if(kRows.begin(), kRows.end(),
                       [&](const Row& row) { return row.format == format; });
}

/// Thousandths: "0.75" is 750. What cannot be read counts as nothing.
int quality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int value = text[0] == '1' ? 1000 : 0;
  if (text.size() == 1) return value;
  if (text[1] != '.' || text.size() > 5) return 0;
  int weight = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return 0;
    value += (c - '0') * weight;
    weight /= 10;
  }
  return std::min(value, 1000);
}

struct Wish {
  std::string_view range;
  int quality = 1000;
};

Wish read_wish(std::string_view element) {
  Wish wish{trimmed(element.substr(0, element.find(';'))), 1000};
  for (std::size_t at = element.find(';'); at != std::string_view::npos;) {
    const std::size_t next = element.find(';', at + 1);
    const std::string_view parameter =
        trimmed(element.substr(at + 1, next == std::string_view::npos ? next : next - at - 1));
    if (parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=')
      wish.quality = quality(trimmed(parameter.substr(2)));
    at = next;
  }
  return wish;
}

/// How precisely `range` names `type`: 0 not at all, 1 as */*, 2 as text/*, 3 by its name.
int precision(std::string_view range, std::string_view type) {
  if (equals_ignoring_case(range, type)) return 3;
  if (range == "*/*") return 1;
  const bool all_of_kind = range.size() > 2 && range.ends_with("/*");
  return all_of_kind && type.size() >= range.size() - 1 &&
                 equals_ignoring_case(range.substr(0, range.size() - 1),
                                      type.substr(0, range.size() - 1))
             ? 2
             : 0;
}

/// What Accept says of `type`; the most precise range counts.
int wanted(std::string_view accept, std::string_view type) {
  int best = 0, value = 0;
  while (!accept.empty()) {
    const std::size_t comma = accept.find(',');
    const Wish wish = read_wish(accept.substr(0, comma));
    const int precise = precision(wish.range, type);
    if (precise > best || (precise == best && precise > 0 && wish.quality > value)) {
      best = precise;
      value = wish.quality;
    }
    accept.remove_prefix(comma == std::string_view::npos ? accept.size() : comma + 1);
  }
  return value;
}

std::string listed(std::span<const Format> offered) {
  std::string names;
  for (const Format format : offered)
    names.append(names.empty() ? "" : ", ").append(format_name(format));
  return names;
}

Response not_acceptable(std::span<const Format> offered) {
  std::string types;
  for (const Format format : offered)
    types.append(types.empty() ? "" : ", ").append(row_of(format).type);
  Response response =
      api_problem(ErrorCode::kUnsupported, 406,
                  "this can be had as " + types +
                      "; ask for one of them with Accept, or with ?format=" + listed(offered));
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace

std::string_view format_name(Format format) { return row_of(format).name; }

std::string_view format_type(Format format) {
  static const std::array<std::string, kRows.size()> kTypes = [] {
    std::array<std::string, kRows.size()> made;
    for (std::size_t i = 0; i < kRows.size(); ++i)
      made[i] = std::string(kRows[i].type) + std::string(kRows[i].charset);
    return made;
  }();
  return kTypes[static_cast<std::size_t>(&row_of(format) - kRows.data())];
}

Negotiated negotiate(const Request& request, std::span<const Format> offered) {
  if (const auto named = request.parameter("format")) {
    for (const Format format : offered) {
      if (format_name(format) == *named) return {format, {}};
    }
    ParameterFaults faults;
    faults.add("format", "one of: " + listed(offered));
    return {{}, faults.answer()};
  }
  const std::string_view accept = request.header("accept").value_or("*/*");
  std::optional<Format> best;
  int best_quality = 0;
  for (const Format format : offered) {
    const int value = wanted(accept, row_of(format).type);
    if (value <= best_quality) continue;
    best = format;
    best_quality = value;
  }
  if (!best) return {{}, not_acceptable(offered)};
  return {best, {}};
}

void add_alternates(Response& response, const Request& request, std::span<const Format> offered,
                    Format given) {
  response.headers.emplace_back("Vary", "Accept");
  std::string base = request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "format") continue;
    base += separator + api_encode(name) + '=' + api_encode(value);
    separator = '&';
  }
  std::string links;
  for (const Format format : offered) {
    if (format == given) continue;
    links += (links.empty() ? "<" : ", <") + base + separator +
             "format=" + std::string(format_name(format)) + ">; rel=\"alternate\"; type=\"" +
             std::string(row_of(format).type) + '"';
  }
  response.headers.emplace_back("Link", std::move(links));
}

}  // namespace dure::node::http
