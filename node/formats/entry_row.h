// SPDX-License-Identifier: Apache-2.0
// An entry in the few members that tables and feeds show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

struct PublishedEntry;

struct EntryRow {
  std::string id, type, title, title_en, summary;
  std::string publisher, origin;
  std::vector<std::string> regions;  // codes of ten digits
  std::vector<std::string> fields, audiences, keywords;
  std::string status, licence, modified, reviewed;
  std::string department, phone, email, page;  // page: of the contact
  std::string address;                         // of the entry's page
  std::string published;                       // by the leaf, RFC 3339
  std::uint64_t rev = 1;
};

/// Never fails: what a body does not say is empty.
EntryRow entry_row(const PublishedEntry& entry, std::string_view publisher,
                   std::string_view address);

}  // namespace dure::node
