// SPDX-License-Identifier: Apache-2.0
// Feeds for readers of news. Spec: RFC 4287; paging and archives RFC 5005.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dure::node {

struct AtomEntry {
  std::string id;       // an IRI
  std::string updated;  // a date or an RFC 3339 date-time
  std::string title, summary, author;
  std::string address;  // of its page
  std::vector<std::string> categories;
};

struct AtomFeed {
  std::string id, title, author;
  std::string updated;
  std::vector<std::pair<std::string, std::string>> links;  // relation and address
  bool archive = false;                                    // will not get further entries
  std::vector<AtomEntry> entries;
};

/// Characters that XML cannot hold are written as U+FFFD. What was updated at no readable time was
/// in 1970.
std::string format_atom(const AtomFeed& feed);
/// `text` as XML text or attribute.
std::string xml_text(std::string_view text);

}  // namespace dure::node
