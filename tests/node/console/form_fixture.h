// SPDX-License-Identifier: Apache-2.0
// What the tests of the entry form share.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "console/entry_form.h"
#include "publishing/entry_document.h"
#include "support/html_form.h"

namespace dure::node {

/// The types that staff write.
inline const std::vector<std::string>& written_types() {
  static const std::vector<std::string> types = {
      "problem",      "service",   "practice", "adoption", "spec",   "dataset",
      "organisation", "programme", "response", "proposal", "notice", "withdraw"};
  return types;
}

inline const std::vector<OptionGroup>& some_regions() {
  static const std::vector<OptionGroup> groups = {
      {"경기도", {{"41000", "경기도 전체"}, {"41110", "수원시"}}},
      {"경상북도", {{"47730", "의성군"}, {"4717000000", "안동시"}}}};
  return groups;
}

inline HtmlForm page_of(const FormView& view, Language language = Language::kKo) {
  PageFrame frame;
  frame.language = language;
  return HtmlReader(render_entry_form(frame, view)).read();
}

inline HtmlForm page_of(const std::string& type, const std::string& body,
                        Language language = Language::kKo) {
  return page_of(make_entry_form(type, body, {}, language, some_regions()), language);
}

/// From a body to a page, to what a browser sends of it, to a body.
inline Result<std::string> trip(const std::string& type, const std::string& body,
                                Language language = Language::kKo) {
  return body_from_form(type, sent_untouched(page_of(type, body, language)), body);
}

inline const HtmlControl* control_named(const HtmlForm& form, const std::string& name) {
  const auto found = std::find_if(form.controls.begin(), form.controls.end(),
                                  [&](const HtmlControl& one) { return one.name == name; });
  return found == form.controls.end() ? nullptr : &*found;
}

/// All entries of examples/data that are written as entries: type and body.
inline std::vector<std::pair<std::string, std::string>> example_entries() {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& file :
       fs::recursive_directory_iterator(fs::path(DURE_SOURCE_DIR) / "examples" / "data")) {
    const fs::path& path = file.path();
    std::ifstream in(path);
    if (path.parent_path().filename() == "entry-types") {
      entries.emplace_back(path.stem().string(), nlohmann::json::parse(in).dump());
    } else if (path.extension() == ".json" || path.extension() == ".jsonl") {
      const auto status = read_entry_documents(in, [&](const ReadEntry& entry) {
        if (entry.document) entries.emplace_back(entry.document->type, entry.document->body);
        return true;
      });
      if (!status) entries.clear();
    }
  }
  return entries;
}

/// One of them for each type.
inline std::vector<std::pair<std::string, std::string>> example_of_each_type() {
  auto entries = example_entries();
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first == b.first ? a.second.size() > b.second.size() : a.first < b.first;
  });
  entries.erase(std::unique(entries.begin(), entries.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }),
                entries.end());
  return entries;
}

}  // namespace dure::node
