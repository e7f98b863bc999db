// SPDX-License-Identifier: Apache-2.0
// Reads the small tab-separated tables of config/: no quoting, `#` opens a comment line.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace dure::node {

struct TableLine {
  std::size_t number = 0;  // 1-based
  std::vector<std::string_view> cells;
};

/// The lines that are neither empty nor comments. Cells view into `tsv`.
inline std::vector<TableLine> split_table(std::string_view tsv) {
  std::vector<TableLine> lines;
  for (std::size_t number = 1; !tsv.empty(); ++number) {
    const std::size_t end = tsv.find('\n');
    std::string_view line = tsv.substr(0, end);
    tsv.remove_prefix(end == std::string_view::npos ? tsv.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    TableLine parsed{number, {}};
    for (std::size_t tab = 0; tab != std::string_view::npos;) {
      tab = line.find('\t');
      parsed.cells.push_back(line.substr(0, tab));
      if (tab != std::string_view::npos) line.remove_prefix(tab + 1);
    }
    lines.push_back(std::move(parsed));
  }
  return lines;
}

}  // namespace dure::node
