// SPDX-License-Identifier: Apache-2.0
#include "rdf/rdf_reader.h"

#include <algorithm>
#include <array>
#include <vector>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Removes "." and ".." (RFC 3986, 5.2.4).
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  bool slash_at_end = false;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/' ? 1 : 0);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    slash_at_end = path.empty() && (segment == "." || segment == ".." || segment.empty());
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != "." && !(segment.empty() && path.empty())) {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  if (slash_at_end || out.empty()) out += '/';
  return out;
}

struct Parts {
  std::string_view scheme, authority, path;  // with their separators
};

Parts parts_of(std::string_view base) {
  base = base.substr(0, base.find_first_of("?#"));
  const auto colon = base.find(':');
  Parts parts;
  if (colon == std::string_view::npos) return parts;
  parts.scheme = base.substr(0, colon + 1);
  base.remove_prefix(colon + 1);
  if (base.starts_with("//")) {
    parts.authority = base.substr(0, base.find('/', 2));
    base.remove_prefix(parts.authority.size());
  }
  parts.path = base;
  return parts;
}

Error unsupported(const char* text) { return {ErrorCode::kUnsupported, text, text, {}}; }

bool is_compressed(std::string_view text) {
  constexpr std::array<std::string_view, 5> kMagic = {"\x1F\x8B", "PK\x03\x04", "BZh",
                                                      "\xFD"
                                                      "7zXZ",
                                                      "\x28\xB5\x2F\xFD"};
  return std::any_of(kMagic.begin(), kMagic.end(),
                     [&](std::string_view magic) { return text.starts_with(magic); });
}

/// What a portal shows at an address next to that of its catalogue.
bool is_web_page(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  constexpr std::array<std::string_view, 2> kBeginnings = {"<!doctype html", "<html"};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](std::string_view begins) {
    return lower_case(text.substr(0, begins.size())) == begins;
  });
}

}  // namespace

bool is_absolute_iri(std::string_view text) {
  const auto colon = text.find_first_of(":/?#");
  return colon != std::string_view::npos && colon > 0 && text[colon] == ':' &&
         is_letter(text.front()) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
         });
}

std::string resolve_iri(std::string_view base, std::string_view relative) {
  if (is_absolute_iri(relative)) return std::string(relative);
  const auto parts = parts_of(base);
  if (parts.scheme.empty()) return std::string(relative);
  std::string out(parts.scheme);
  if (relative.starts_with("//")) return out.append(relative);
  out.append(parts.authority);
  if (relative.empty() || relative.front() == '#')
    return std::string(base.substr(0, base.find('#'))).append(relative);
  if (relative.front() == '?') return out.append(parts.path).append(relative);
  const auto tail = std::min(relative.find_first_of("?#"), relative.size());
  const auto path = relative.substr(0, tail);
  if (path.front() == '/') return out.append(without_dots(path)).append(relative.substr(tail));
  const auto folder = parts.path.substr(0, parts.path.rfind('/') + 1);
  return out.append(without_dots(std::string(folder.empty() ? "/" : folder).append(path)))
      .append(relative.substr(tail));
}

RdfFormat rdf_format_of(std::string_view text) {
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return RdfFormat::kTurtle;
  text.remove_prefix(begin);
  if (text.front() == '{') return RdfFormat::kJsonLd;
  if (text.front() == '[') {
    // A blank node of Turtle, unless a JSON value follows.
    const auto next = text.find_first_not_of(" \t\r\n", 1);
    const bool json = next != std::string_view::npos && (text[next] == '{' || text[next] == ']');
    return json ? RdfFormat::kJsonLd : RdfFormat::kTurtle;
  }
  const bool xml = text.starts_with("<?xml") || text.starts_with("<rdf:") ||
                   text.starts_with("<!--") || text.starts_with("<!DOCTYPE") ||
                   text.starts_with("<RDF");
  return xml ? RdfFormat::kRdfXml : RdfFormat::kTurtle;
}

Result<Graph> read_rdf(std::string_view text, std::string_view base,
                       std::optional<RdfFormat> format) {
  if (text.size() > kMaxRdfBytes)
    return Error{ErrorCode::kTooLarge, "over 32 MiB", "schema.rdf.too-large", {}};
  if (is_compressed(text)) return unsupported("schema.rdf.compressed");
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return Error{ErrorCode::kMalformed, "the file is empty", "schema.file.empty", {}};
  if (is_web_page(text)) return unsupported("schema.rdf.html");
  if (!is_utf8(text)) return Error{ErrorCode::kMalformed, "not UTF-8", "schema.rdf.utf8", {}};
  switch (format.value_or(rdf_format_of(text))) {
    case RdfFormat::kJsonLd:
      return read_json_ld(text, base);
    case RdfFormat::kTurtle:
      return read_turtle(text, base);
    case RdfFormat::kRdfXml:
      return read_rdf_xml(text, base);
  }
  return Error{ErrorCode::kInternal, "format"};
}

}  // namespace dure::node
