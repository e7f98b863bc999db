// SPDX-License-Identifier: Apache-2.0
#include "formats/entry_row.h"

#include <nlohmann/json.hpp>

#include "formats/body_reader.h"
#include "formats/entry_rdf.h"

namespace dure::node {
namespace {

std::vector<std::string> strings_of(const BodyJson* array) {
  std::vector<std::string> strings;
  each_of(array, [&](const BodyJson& element) {
    if (element.is_string()) strings.push_back(element.get<std::string>());
  });
  return strings;
}

}  // namespace

EntryRow entry_row(const PublishedEntry& entry, std::string_view publisher,
                   std::string_view address) {
  const BodyJson body = BodyJson::parse(entry.body, nullptr, /*allow_exceptions=*/false);
  const auto member = [&](const char* name) { return member_of(&body, name); };
  EntryRow row;
  row.id = entry.id;
  row.type = entry.type;
  row.title = words_of(member("title"));
  row.title_en = string_of(member_of(member("title"), "en"));
  row.summary = words_of(member("summary"));
  row.publisher = publisher;
  row.origin = entry.origin;
  each_of(member("regions"), [&](const BodyJson& region) {
    const std::string code = string_of(member_of(&region, "code"));
    if (!code.empty()) row.regions.push_back(code);
  });
  row.fields = strings_of(member("fields"));
  row.audiences = strings_of(member("audiences"));
  row.keywords = strings_of(member("keywords"));
  row.status = string_of(member_of(member("status"), "code"));
  row.licence = string_of(member("licence"));
  row.modified = string_of(member("modified"));
  row.reviewed = string_of(member("reviewedAt"));
  row.department = words_of(member("department"));
  const BodyJson* contact = member("contact");
  row.phone = string_of(member_of(contact, "phone"));
  row.email = string_of(member_of(contact, "email"));
  row.page = string_of(member_of(contact, "page"));
  row.address = address;
  row.published = entry.time;
  row.rev = entry.rev;
  return row;
}

}  // namespace dure::node
