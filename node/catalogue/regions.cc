// SPDX-License-Identifier: Apache-2.0
#include "catalogue/regions.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "catalogue/embedded.h"
#include "catalogue/lines.h"

namespace dure::node {
namespace {

constexpr std::size_t kColumns = 5;  // and `became`, which older tables do not have
constexpr std::size_t kMaxTableBytes = 4 << 20;

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

bool valid_at(const Region& region, std::string_view date) {
  if (date.empty()) return region.valid_to.empty();
  return (region.valid_from.empty() || region.valid_from <= date) &&
         (region.valid_to.empty() || date <= region.valid_to);
}

Error bad_line(const TableLine& line, std::string_view what) {
  return {ErrorCode::kMalformed,
          "regions: line " + std::to_string(line.number) + ": " + std::string(what)};
}

Result<Region> parse_line(const TableLine& line) {
  if (line.cells.size() != kColumns && line.cells.size() != kColumns + 1)
    return bad_line(line, "five or six columns are needed");
  Region region{std::string(line.cells[0]), std::string(line.cells[1]), std::string(line.cells[2]),
                std::string(line.cells[3]), std::string(line.cells[4]), {}};
  if (line.cells.size() > kColumns) region.became = line.cells[kColumns];
  if (!is_region_code(region.code)) return bad_line(line, "the code is not five digits");
  if (!region.parent.empty() && !is_region_code(region.parent))
    return bad_line(line, "the parent is not five digits");
  if (!region.became.empty() && !is_region_code(region.became))
    return bad_line(line, "the code it became is not five digits");
  if (region.name.empty()) return bad_line(line, "the name is missing");
  for (const std::string& date : {region.valid_from, region.valid_to}) {
    if (!date.empty() && !is_date(date)) return bad_line(line, "a date is not YYYY-MM-DD");
  }
  return region;
}

/// The words of an agency name.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    if (end != 0) words.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

}  // namespace

bool is_region_code(std::string_view code) {
  return code.size() == 5 &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool within_region(std::string_view code, std::string_view area) {
  const std::size_t shared = area.ends_with("000") ? 2 : area.ends_with('0') ? 4 : 5;
  return code.substr(0, shared) == area.substr(0, shared);
}

Result<RegionTable> RegionTable::parse(std::string_view tsv) {
  RegionTable table;
  const auto lines = split_table(tsv);
  for (const TableLine& line : lines) {
    if (line.cells.front() == "code") continue;
    auto region = parse_line(line);
    if (!region) return std::move(region).error();
    table.regions_.push_back(*std::move(region));
  }
  if (table.regions_.empty()) return Error{ErrorCode::kMalformed, "regions: the table is empty"};
  table.index();
  return table;
}

const RegionTable& RegionTable::built_in() {
  static const RegionTable kTable = [] {
    auto parsed = parse(embedded_regions());
    return parsed ? *std::move(parsed) : RegionTable();
  }();
  return kTable;
}

Result<RegionTable> RegionTable::load(const std::string& path) {
  if (path.empty()) return built_in();
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kStorage, path + ": cannot be read"};
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.size() > kMaxTableBytes)
    return Error{ErrorCode::kTooLarge, path + ": too large for a region table"};
  return parse(text);
}

void RegionTable::index() {
  by_code_.clear();
  for (std::size_t i = 0; i < regions_.size(); ++i) by_code_.emplace(regions_[i].code, i);
}

const Region* RegionTable::find(std::string_view code, std::string_view date) const {
  const Region* newest = nullptr;
  for (auto [at, end] = by_code_.equal_range(code); at != end; ++at) {
    const Region& region = regions_[at->second];
    if (!date.empty() && !valid_at(region, date)) continue;
    if (newest == nullptr || region.valid_from >= newest->valid_from) newest = &region;
  }
  return newest;
}

std::vector<std::string> RegionTable::other_codes(std::string_view code) const {
  std::vector<std::string> areas = {std::string(code)};
  const auto covered = [&areas](std::string_view wanted) {
    return std::any_of(areas.begin(), areas.end(),
                       [&](const std::string& area) { return within_region(wanted, area); });
  };
  for (const Region* now = find(code); now != nullptr && !now->became.empty();) {
    if (covered(now->became)) break;  // a table may run in circles
    areas.push_back(now->became);
    now = find(now->became);
  }
  // What became one of these had its own code before; and what became that; and so on.
  for (std::size_t known = 0; known != areas.size();) {
    known = areas.size();
    for (const Region& region : regions_) {
      if (!region.became.empty() && covered(region.became) && !covered(region.code))
        areas.push_back(region.code);
    }
  }
  areas.erase(areas.begin());
  return areas;
}

std::string RegionTable::full_name(std::string_view code) const {
  const Region* region = find(code);
  if (region == nullptr) return {};
  const Region* parent = region->parent.empty() ? nullptr : find(region->parent);
  if (parent == nullptr || parent->name == region->name) return region->name;
  return parent->name + ' ' + region->name;
}

std::optional<std::string> RegionTable::by_agency(std::string_view agency,
                                                  std::string_view date) const {
  const auto words = words_of(agency);
  if (words.empty()) return {};
  const auto named = [&](std::string_view name, std::string_view parent,
                         bool current) -> const Region* {
    for (const Region& region : regions_) {
      if (region.name == name && region.parent == parent && (!current || valid_at(region, date)))
        return &region;
    }
    return nullptr;
  };
  const Region* province = named(words[0], {}, /*current=*/true);
  // An agency's old name still says which government it was.
  const bool current = province != nullptr || !date.empty();
  if (province == nullptr && date.empty()) province = named(words[0], {}, /*current=*/false);
  if (province == nullptr) return {};
  const Region* town = words.size() > 1 ? named(words[1], province->code, current) : nullptr;
  return town == nullptr ? province->code : town->code;
}

}  // namespace dure::node
