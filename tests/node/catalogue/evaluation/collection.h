// SPDX-License-Identifier: Apache-2.0
// The documents the judgements speak of, in a catalogue: the project's examples and, where they are
// there, 300 real records of 정부24. Each goes the way a publisher's file goes: read, validated,
// folded, indexed.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catalogue/projection.h"
#include "node/catalogue/memory_catalogue.h"
#include "publishing/entry_document.h"
#include "publishing/entry_validation.h"
#include "publishing/gov24.h"

namespace dure::node {

struct Town {
  std::string_view name, code;  // folder of an example, or agency of a record
};

inline constexpr std::array<Town, 7> kExampleFolders = {{{"andong", "47170"},
                                                         {"chuncheon", "51110"},
                                                         {"gumi", "47190"},
                                                         {"gyeongbuk", "47000"},
                                                         {"ministry", ""},
                                                         {"suncheon", "46150"},
                                                         {"uiseong", "47730"}}};
inline constexpr std::array<Town, 6> kAgencies = {{{"경기도 수원시", "41110"},
                                                   {"경기도 성남시", "41130"},
                                                   {"경기도 안양시", "41170"},
                                                   {"경기도 안성시", "41550"},
                                                   {"경기도 오산시", "41370"},
                                                   {"경기도", "41000"}}};

/// Where the real records are; they are not part of the source tree.
inline std::string real_records_path() {
  const char* shared = std::getenv("DURE_SHARED");
  const std::string folder = shared != nullptr ? shared : DURE_SOURCE_DIR "/../shared";
  return folder + "/data/gyeonggi-services.json";
}

class EvaluationCollection {
 public:
  EvaluationCollection() {
    auto created = EntryValidator::create();
    EXPECT_TRUE(created);
    if (created) validator_ = *std::move(created);
  }

  void add_examples() {
    for (const Town& town : kExampleFolders) {
      const auto folder =
          std::filesystem::path(DURE_SOURCE_DIR) / "examples/data" / std::string(town.name);
      add_entries(town, folder / "services.json");
      add_entries(town, folder / "practices.jsonl");
      if (town.code.empty()) continue;
      const auto region_of = [&](std::string_view) {
        return std::optional(std::string(town.code));
      };
      for (const auto& entry : read_table(folder / "gov24.csv", region_of)) add(town, entry);
    }
  }

  /// False if the records are not there.
  bool add_real_records() {
    const std::string path = real_records_path();
    if (!std::filesystem::exists(path)) return false;
    const auto region_of = [](std::string_view agency) -> std::optional<std::string> {
      for (const Town& known : kAgencies) {
        if (known.name == agency) return std::string(known.code);
      }
      return std::nullopt;
    };
    constexpr std::string_view kScheme = "gov24:";
    for (const auto& entry : read_table(path, region_of))
      add(entry.source.substr(kScheme.size()), entry);
    return true;
  }

  void fold() { house_.fold(); }
  std::set<std::string> names() const { return {names_.begin(), names_.end()}; }
  const std::string& name(std::size_t place) const { return names_.at(place); }
  /// The texts that are searched, in the order of the names' places.
  std::vector<CatalogueChange> changes() {
    std::vector<CatalogueChange> all;
    const auto log = house_.logs.log_by_origin(kTestOrigin);
    for (std::uint64_t i = 0; log && i < names_.size(); ++i) {
      const auto entry = house_.logs.entry(log->id, i);
      EXPECT_TRUE(entry && entry->salt);
      if (!entry || !entry->salt) return {};
      const BodyView body{as_view(*entry->salt), entry->body};
      all.push_back(project(kTestOrigin, i, entry->leaf, body).change);
    }
    return all;
  }
  /// Names of what a search for `words` shows, best first.
  std::vector<std::string> search(const std::string& words) {
    SearchRequest request;
    request.words = words;
    request.limit = kMaxSearchLimit;
    const auto answer = house_.service->search(request);
    EXPECT_TRUE(answer) << words;
    std::vector<std::string> found;
    if (!answer) return found;
    for (const SearchHit& hit : answer->page.hits)
      found.push_back(names_.at(static_cast<std::size_t>(hit.item.index)));
    return found;
  }

 private:
  void add(std::string name, const EntryDocument& entry) {
    house_.add(make_entry(entry.type, test_id(names_.size()), 1, entry.body));
    names_.push_back(std::move(name));
  }
  /// Practices name problems by "@TITLE", which becomes an id only in a federation.
  static void leave_out_titles_of_problems(EntryDocument& entry) {
    auto body = nlohmann::json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
    if (body.erase("addresses") != 0) entry.body = body.dump();
  }
  /// An example is named by its folder and its title.
  void add(const Town& town, const EntryDocument& entry) {
    const auto body = nlohmann::json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(body.is_object());
    add(std::string(town.name) + '/' + body.at("title").at("ko").get<std::string>(), entry);
  }
  void add_entries(const Town& town, const std::filesystem::path& path) {
    std::ifstream in(path);
    ASSERT_TRUE(in) << path;
    const auto status = read_entry_documents(in, [&](ReadEntry read) {
      EXPECT_TRUE(read.document) << path << ':' << read.line;
      if (!read.document) return false;
      leave_out_titles_of_problems(*read.document);
      EXPECT_FALSE(has_error(validator_->check(read.document->type, read.document->body))) << path;
      add(town, *read.document);
      return true;
    });
    EXPECT_TRUE(status) << path;
  }
  std::vector<EntryDocument> read_table(const std::filesystem::path& path,
                                        const RegionOfAgency& region_of) {
    std::stringstream file;
    file << std::ifstream(path).rdbuf();
    auto page = read_gov24(file.str(), {"", /*take_all=*/true}, region_of, *validator_);
    EXPECT_TRUE(page) << path;
    if (!page) return {};
    EXPECT_TRUE(page->invalid.empty()) << path;
    std::vector<EntryDocument> documents;
    for (auto& entry : page->entries) documents.push_back(std::move(entry.document));
    return documents;
  }

  std::unique_ptr<EntryValidator> validator_;
  CatalogueHouse house_;
  std::vector<std::string> names_;
};

}  // namespace dure::node
