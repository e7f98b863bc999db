// SPDX-License-Identifier: Apache-2.0
#include "formats/atom.h"

#include "formats/iri.h"
#include "formats/moments.h"

namespace dure::node {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// U+FFFE and U+FFFF are the only ones above control characters that valid UTF-8 may hold and XML
/// may not.
bool is_noncharacter(std::string_view text, std::size_t at) {
  return text.size() - at >= 3 && text[at] == '\xEF' && text[at + 1] == '\xBF' &&
         (text[at + 2] == '\xBE' || text[at + 2] == '\xBF');
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  out.append("<").append(name).append(">").append(xml_text(text));
  out.append("</").append(name).append(">\n");
}

void append_link(std::string& out, std::string_view relation, std::string_view address) {
  out +=
      "<link rel=\"" + xml_text(relation) + "\" href=\"" + xml_text(clean_iri(address)) + "\"/>\n";
}

std::string moment(std::string_view text) {
  return as_date_time(text).value_or("1970-01-01T00:00:00Z");
}

void append_author(std::string& out, std::string_view name) {
  out += "<author>";
  append_element(out, "name", name);
  out += "</author>\n";
}

void append_entry(std::string& out, const AtomEntry& entry) {
  out += "<entry>\n";
  append_element(out, "id", clean_iri(entry.id));
  append_element(out, "title", entry.title);
  append_element(out, "updated", moment(entry.updated));
  append_author(out, entry.author);
  if (!entry.address.empty()) append_link(out, "alternate", entry.address);
  for (const std::string& category : entry.categories)
    out += "<category term=\"" + xml_text(category) + "\"/>\n";
  append_element(out, "summary", entry.summary);
  out += "</entry>\n";
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\r') {
      out += "&#13;";
    } else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) {
      out += kReplacement;
    } else if (is_noncharacter(text, at)) {
      out += kReplacement;
      at += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::string format_atom(const AtomFeed& feed) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
      "xmlns:fh=\"http://purl.org/syndication/history/1.0\" xml:lang=\"ko\">\n";
  append_element(out, "id", clean_iri(feed.id));
  append_element(out, "title", feed.title);
  append_element(out, "updated", moment(feed.updated));
  append_author(out, feed.author);
  if (feed.archive) out += "<fh:archive/>\n";
  for (const auto& [relation, address] : feed.links) append_link(out, relation, address);
  for (const AtomEntry& entry : feed.entries) append_entry(out, entry);
  return out += "</feed>\n";
}

}  // namespace dure::node
