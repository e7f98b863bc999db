// SPDX-License-Identifier: Apache-2.0
// hostile_documents FOLDER: writes hostile entries of every type as JSON-LD and as Turtle, for
// readers that are not ours.
#include <fstream>
#include <iostream>
#include <string>

#include "dure/entry_types.h"
#include "formats/catalogue_rdf.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

constexpr std::uint32_t kEach = 12;

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  return file.good();
}

PublishedEntry hostile_entry(std::string_view type, std::uint32_t number) {
  HostileBodies hostile(number);
  return {"aaaaaaaaaaaaaaaaaaaaaaaaaa",
          "x\"y<z>.example/dure/1",
          std::string(type),
          "2026-01-01T00:00:00Z",
          "00ff",
          1,
          number,
          hostile.body().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

int write_all(const std::string& folder) {
  RdfContext context;
  context.addresses.own_base = "http://here.example";
  std::uint32_t number = 0;
  for (const std::string_view type : kShownTypes) {
    for (std::uint32_t i = 0; i < kEach; ++i, ++number) {
      const PublishedEntry entry = hostile_entry(type, number);
      const PublisherFacts publisher{entry.origin, hostile_texts()[number % hostile_texts().size()],
                                     "town", "41110"};
      const std::string base = folder + '/' + std::string(type) + '-' + std::to_string(i);
      if (!write(base + ".jsonld", entry_document(RdfFormat::kJsonLd, entry, publisher, context)) ||
          !write(base + ".ttl", entry_document(RdfFormat::kTurtle, entry, publisher, context)))
        return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace dure::node

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "usage: hostile_documents FOLDER\n";
    return 2;
  }
  return dure::node::write_all(words[1]);
}
