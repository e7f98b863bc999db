// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "formats/entry_rdf.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

/// RFC 4180, read the way a spreadsheet does. Empty: it is not well formed.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = rows.back().back();
    if (quoted) {
      if (text[i] != '"') {
        cell += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"' && cell.empty()) {
      quoted = true;
    } else if (text[i] == ',') {
      rows.back().emplace_back();
    } else if (text.substr(i, 2) == "\r\n") {
      rows.emplace_back(1);
      ++i;
    } else if (text[i] == '"' || text[i] == '\n' || text[i] == '\r') {
      return {};
    } else {
      cell += text[i];
    }
  }
  rows.pop_back();  // after the last line break
  return quoted ? std::vector<std::vector<std::string>>() : rows;
}

TEST(CsvWriterTest, NoCellIsAFormula) {
  for (const char* text : {"=1+1", "+82-31", "-1", "@SUM(A1)", "\tx", "\rx"})
    EXPECT_EQ(csv_cell(text).find_first_of("'"), csv_cell(text).front() == '"' ? 1U : 0U) << text;
  EXPECT_EQ(csv_cell("\x01=1"), "'=1");  // what is left out must not hide a formula
  EXPECT_EQ(csv_cell("plain 2-1=1"), "plain 2-1=1");
  EXPECT_EQ(csv_cell("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_cell("a\rb"), "\"a\rb\"");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"hi\", you"), "\"say \"\"hi\"\", you\"");
}

TEST(CsvWriterTest, HostileEntriesStayInTheirCells) {
  std::string csv = csv_open();
  ASSERT_TRUE(csv.starts_with("\xEF\xBB\xBFid,"));
  constexpr std::uint32_t kEntries = 300;
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    const PublishedEntry entry{
        "id",
        "o/1",
        "service",
        "",
        "",
        1,
        i,
        HostileBodies(i).body().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
    csv += csv_line(entry_row(entry, "=publisher", "https://x/e/id"));
  }
  const auto rows = read_csv(std::string_view(csv).substr(3));
  ASSERT_EQ(rows.size(), kEntries + 1);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), rows.front().size());
    for (const std::string& cell : row) {
      EXPECT_TRUE(cell.empty() ||
                  std::string_view("=+-@\t\r").find(cell.front()) == std::string::npos)
          << cell;
    }
  }
}

}  // namespace
}  // namespace dure::node
