// SPDX-License-Identifier: Apache-2.0
// The judged queries of this folder: queries.jsonl says what people type and what they need,
// judgements.jsonl which documents serve that need.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "node/catalogue/evaluation/measures.h"

namespace dure::node {

struct JudgedQuery {
  std::string category, query, need;
};

struct JudgedQueries {
  std::vector<JudgedQuery> queries;
  std::map<std::string, Grades, std::less<>> needs;
};

/// The documents of one line of judgements.jsonl. A document must not have two grades.
inline Grades read_grades(const nlohmann::json& line) {
  Grades grades;
  for (const int grade : {3, 2, 1}) {
    for (const auto& document : line.at(std::to_string(grade))) {
      const auto name = document.get<std::string>();
      EXPECT_TRUE(grades.emplace(name, grade).second)
          << line.at("need") << " judges twice: " << name;
    }
  }
  return grades;
}

inline std::vector<nlohmann::json> read_json_lines(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path << " cannot be read";
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
    EXPECT_TRUE(lines.back().is_object()) << path << " line " << lines.size();
  }
  return lines;
}

inline JudgedQueries read_judged_queries() {
  const std::string folder = DURE_SOURCE_DIR "/tests/node/catalogue/evaluation/";
  JudgedQueries judged;
  for (const auto& line : read_json_lines(folder + "judgements.jsonl")) {
    const auto need = line.at("need").get<std::string>();
    EXPECT_TRUE(judged.needs.emplace(need, read_grades(line)).second) << need << " is there twice";
  }
  std::set<std::string> seen;
  for (const auto& line : read_json_lines(folder + "queries.jsonl")) {
    judged.queries.push_back({line.at("category").get<std::string>(),
                              line.at("query").get<std::string>(),
                              line.at("need").get<std::string>()});
    const JudgedQuery& query = judged.queries.back();
    EXPECT_TRUE(seen.insert(query.query).second) << query.query << " is there twice";
    EXPECT_EQ(judged.needs.count(query.need), 1U) << query.query << " has no judgements";
  }
  return judged;
}

/// Only what can be found among `documents`; queries that have nothing left to find are dropped,
/// those that never had anything stay.
inline JudgedQueries only_among(const JudgedQueries& all, const std::set<std::string>& documents) {
  const auto relevant = [](const Grades& grades) {
    return std::count_if(grades.begin(), grades.end(),
                         [](const auto& judged) { return judged.second >= kRelevant; });
  };
  JudgedQueries some;
  for (const auto& [need, grades] : all.needs) {
    Grades kept;
    for (const auto& judged : grades) {
      if (documents.count(judged.first) != 0) kept.insert(judged);
    }
    if (relevant(kept) > 0 || relevant(grades) == 0) some.needs.emplace(need, std::move(kept));
  }
  for (const auto& query : all.queries) {
    if (some.needs.count(query.need) != 0) some.queries.push_back(query);
  }
  return some;
}

}  // namespace dure::node
