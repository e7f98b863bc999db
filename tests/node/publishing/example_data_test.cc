// SPDX-License-Identifier: Apache-2.0
// Every file under examples/data can be published as it is, once the titles that name other entries
// are replaced by ids, as examples/federation/related.sh does it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "publishing/entry_document.h"
#include "publishing/entry_validation.h"
#include "publishing/gov24.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Log and Korean title: what an entry is called before it has an id.
using Name = std::pair<std::string, std::string>;

struct Government {
  std::string folder, agency, region;
};

const std::vector<Government> kGovernments = {{"andong", "경상북도 안동시", "47170"},
                                              {"gumi", "경상북도 구미시", "47190"},
                                              {"uiseong", "경상북도 의성군", "47730"},
                                              {"suncheon", "전라남도 순천시", "46150"},
                                              {"chuncheon", "강원특별자치도 춘천시", "51110"},
                                              {"gyeongbuk", "경상북도", "47000"},
                                              {"ministry", "행정안전부", ""}};

/// As in examples/data/README.md.
const std::map<std::string, std::size_t> kEntries = {
    {"service", 44},      {"practice", 21}, {"problem", 17}, {"adoption", 11},
    {"organisation", 11}, {"dataset", 5},   {"spec", 4},     {"proposal", 4},
    {"notice", 4},        {"response", 3},  {"programme", 2}};

const fs::path kData = fs::path(DURE_SOURCE_DIR) / "examples/data";

std::string origin_of(const Government& government) {
  return (government.folder == "ministry" ? "mois" : government.folder) + ".example/dure/1";
}

/// What two rows must share to be compared.
std::string indicator_of(const Json& row, const char* member) {
  return row.at(member).at("ko").get<std::string>() + ", " + row.at("unit").get<std::string>();
}

std::set<std::string> names_in(const Json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

class ExampleDataTest : public testing::Test {
 protected:
  void SetUp() override { validator_ = *EntryValidator::create(); }

  void expect_valid(const std::string& file, std::string_view type, const Json& json) {
    const auto body = json.dump();
    for (const auto& fault : validator_->check(type, body)) {
      ADD_FAILURE() << file << ": " << fault.pointer << " " << fault.text << "\n" << body;
    }
    if (file.find("gov24") == std::string::npos) {
      EXPECT_THAT(json.at("description").at("ko").get<std::string>(),
                  testing::HasSubstr("예시 자료"))
          << file;
    }
  }

  /// Replaces each "@TITLE" by an id; the title must be one of an earlier wave.
  void resolve(const std::string& file, Json& value) {
    if (!value.is_structured()) return;
    if (value.is_object() && value.value("id", std::string()).starts_with('@')) {
      const Name name{value.value("origin", std::string()),
                      value.at("id").get<std::string>().substr(1)};
      EXPECT_TRUE(known_.contains(name)) << file << ": no " << name.first << " " << name.second;
      std::string id(26, 'a');
      id[references_++ % 25] = 'b';  // unlike its neighbours in a list
      value["id"] = id;
    }
    for (auto& child : value) resolve(file, child);
  }

  /// An adoption measures nothing but what its practice measured, so that the two can be compared.
  void compare_with_practice(const std::string& file, const Json& adoption) {
    const auto& practice = adoption.at("practice");
    const Name name{practice.at("origin").get<std::string>(),
                    practice.at("id").get<std::string>().substr(1)};
    for (const auto& row : adoption.at("outcomes"))
      EXPECT_TRUE(measured_[name].contains(indicator_of(row, "indicator"))) << file << " " << row;
  }

  void note_indicators(const std::string& type, const Name& name, const Json& json) {
    if (type == "practice") {
      for (const auto& row : json.at("outcomes")) {
        measured_[name].insert(indicator_of(row, "indicator"));
        all_measured_.insert(indicator_of(row, "indicator"));
      }
    }
    if (type == "problem") {
      for (const auto& row : json.at("indicators")) asked_.insert(indicator_of(row, "name"));
    }
  }

  void take(const std::string& file, const std::string& origin, const std::string& type,
            const std::string& body) {
    auto json = Json::parse(body);
    const Name name{origin, json.at("title").at("ko").get<std::string>()};
    EXPECT_FALSE(known_.contains(name)) << file << ": two entries " << name.second;
    EXPECT_TRUE(wave_.insert(name).second) << file << ": two entries " << name.second;
    if (type == "adoption") compare_with_practice(file, json);
    note_indicators(type, name, json);
    resolve(file, json);
    expect_valid(file, type, json);
    ++counts_[type];
    if (json.at("title").contains("en")) ++counts_["english"];
    if (json.contains("kind")) ++kinds_[json.at("kind").get<std::string>()];
    for (const auto& field : json.value("fields", Json::array())) fields_.insert(field);
  }

  void read_entries(const fs::path& path, const std::string& origin) {
    std::ifstream in(path);
    const auto status = read_entry_documents(in, [&](const ReadEntry& entry) {
      EXPECT_TRUE(entry.document) << path << ":" << entry.line << " "
                                  << entry.document.error().detail;
      if (entry.document) take(path, origin, entry.document->type, entry.document->body);
      return true;
    });
    EXPECT_TRUE(status) << path;
  }

  void read_table(const fs::path& path, const Government& government) {
    std::stringstream file;
    file << std::ifstream(path).rdbuf();
    const auto region_of = [&](std::string_view agency) {
      return agency == government.agency ? std::optional(government.region) : std::nullopt;
    };
    const auto page = read_gov24(file.str(), {government.region}, region_of, *validator_);
    ASSERT_TRUE(page) << path << page.error().detail;
    EXPECT_TRUE(page->left.empty()) << path;
    EXPECT_TRUE(page->invalid.empty()) << path;
    for (const auto& entry : page->entries)
      take(path, origin_of(government), "service", entry.document.body);
  }

  /// The files of all governments that are published together; some have none of a name.
  void read_wave(const std::vector<std::string>& names) {
    for (const auto& government : kGovernments) {
      const auto folder = kData / government.folder;
      for (const auto& name : names) {
        if (!fs::exists(folder / name)) continue;
        if (fs::path(name).extension() == ".csv") {
          read_table(folder / name, government);
        } else {
          read_entries(folder / name, origin_of(government));
        }
      }
    }
    known_.merge(wave_);
    wave_.clear();
  }

  std::unique_ptr<EntryValidator> validator_;
  std::map<std::string, std::size_t> counts_, kinds_;
  std::set<std::string> fields_;
  std::set<Name> known_, wave_;  // of earlier waves; of the one being read
  std::map<Name, std::set<std::string>> measured_;
  std::set<std::string> all_measured_, asked_;
  std::size_t references_ = 0;
};

TEST_F(ExampleDataTest, IsValidAndVaried) {
  read_wave({"services.json", "problems.jsonl", "gov24.csv"});
  read_wave({"practices.jsonl"});
  read_wave({"related.jsonl"});
  read_wave({"answers.jsonl"});
  for (const auto& [type, count] : kEntries) EXPECT_EQ(counts_[type], count) << type;
  EXPECT_EQ(counts_["english"], 67U);
  EXPECT_GE(kinds_["failure"], 1U);
  EXPECT_GE(kinds_["partial"], 2U);
  EXPECT_EQ(kinds_["api"], 2U);
  EXPECT_EQ(fields_.size(), 12U);
  EXPECT_GE(references_, 70U);
  EXPECT_THAT(all_measured_, testing::IsSupersetOf(asked_));
}

TEST_F(ExampleDataTest, EachTypeHasAnExampleWithEveryMember) {
  for (const auto& [type, count] : kEntries) {
    const auto path = kData / "entry-types" / (type + ".json");
    const auto schema =
        fs::path(DURE_SOURCE_DIR) / "federation-protocol/schemas" / (type + ".schema.json");
    std::ifstream example(path), rules(schema);
    ASSERT_TRUE(example && rules) << path << schema;
    const auto body = Json::parse(example);
    expect_valid(path, type, body);
    EXPECT_EQ(names_in(body), names_in(Json::parse(rules).at("properties"))) << path;
  }
}

}  // namespace
}  // namespace dure::node
