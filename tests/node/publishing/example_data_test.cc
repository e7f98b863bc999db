// SPDX-License-Identifier: Apache-2.0
// Every file under examples/data can be published as it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "publishing/entry_document.h"
#include "publishing/entry_validation.h"
#include "publishing/gov24.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

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

class ExampleDataTest : public testing::Test {
 protected:
  void SetUp() override { validator_ = *EntryValidator::create(); }

  void expect_valid(const std::string& file, std::string_view type, std::string_view body) {
    for (const auto& fault : validator_->check(type, body)) {
      ADD_FAILURE() << file << ": " << fault.pointer << " " << fault.text << "\n" << body;
    }
    const auto json = nlohmann::json::parse(body);
    ++counts_[std::string(type)];
    if (json["title"].contains("en")) ++counts_["english"];
    if (json.contains("kind")) ++counts_[json["kind"]];
    for (const auto& field : json.value("fields", nlohmann::json::array())) fields_.insert(field);
    if (file.find("gov24") == std::string::npos) {
      EXPECT_THAT(json["description"]["ko"].get<std::string>(), testing::HasSubstr("예시 자료"))
          << file;
    }
  }

  void read_entries(const fs::path& path) {
    std::ifstream in(path);
    const auto status = read_entry_documents(in, [&](const ReadEntry& entry) {
      EXPECT_TRUE(entry.document) << path << ":" << entry.line << " "
                                  << entry.document.error().detail;
      if (entry.document) expect_valid(path, entry.document->type, entry.document->body);
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
    EXPECT_EQ(page->left, 0U) << path;
    EXPECT_TRUE(page->invalid.empty()) << path;
    for (const auto& entry : page->entries) expect_valid(path, "service", entry.body);
  }

  std::unique_ptr<EntryValidator> validator_;
  std::map<std::string, std::size_t> counts_;
  std::set<std::string> fields_;
};

TEST_F(ExampleDataTest, IsValidAndVaried) {
  for (const auto& government : kGovernments) {
    const auto folder = fs::path(DURE_SOURCE_DIR) / "examples/data" / government.folder;
    read_entries(folder / "services.json");
    read_entries(folder / "practices.jsonl");
    if (!government.region.empty()) read_table(folder / "gov24.csv", government);
  }
  EXPECT_GE(counts_["service"] + counts_["practice"], 64U);
  EXPECT_GE(counts_["practice"], 20U);
  EXPECT_GE(counts_["english"], 16U);
  EXPECT_GE(counts_["failure"], 1U);
  EXPECT_GE(counts_["partial"], 2U);
  EXPECT_EQ(fields_.size(), 12U);
}

}  // namespace
}  // namespace dure::node
