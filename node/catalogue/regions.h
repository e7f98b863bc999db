// SPDX-License-Identifier: Apache-2.0
// The table of Korean governments: 5-digit codes with names, parents and the time in which they are
// valid.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

struct Region {
  std::string code;        // 5 digits
  std::string parent;      // province, or empty
  std::string name;        // Korean
  std::string valid_from;  // YYYY-MM-DD, first day, or empty: since before the table
  std::string valid_to;    // last day, or empty: still valid
  std::string became;      // the code that took its place, or empty
};

/// Built once, then read by many threads.
class RegionTable {
 public:
  /// Tab-separated with a header line: code parent name_ko valid_from valid_to became (which may be
  /// left out); `#` opens a comment. Errors: kMalformed with the line's number.
  static Result<RegionTable> parse(std::string_view tsv);
  /// The table that came with the program (config/regions-kr.tsv).
  static const RegionTable& built_in();
  /// `path` if it is not empty, else the built-in one. Errors: kStorage, kMalformed.
  static Result<RegionTable> load(const std::string& path);

  /// The region with this code at `date` (YYYY-MM-DD); empty date: the newest one.
  const Region* find(std::string_view code, std::string_view date = {}) const;
  bool known(std::string_view code) const { return find(code) != nullptr; }
  /// "경기도 수원시" for 41110; an unknown code gives an empty text.
  std::string full_name(std::string_view code) const;
  /// The other codes under which the governments of `code` may be found: those it had before, those
  /// it has now, and those that towns within it had before (51000: 42000; 27000: 47720).
  std::vector<std::string> other_codes(std::string_view code) const;
  /// The government an agency name begins with: "경기도 수원시" and "경기도 수원시 팔달구" → 41110,
  /// "경기도" → 41000. Only regions valid at `date` (empty: the newest).
  std::optional<std::string> by_agency(std::string_view agency, std::string_view date = {}) const;
  /// In the order of the table.
  const std::vector<Region>& all() const { return regions_; }

 private:
  void index();
  std::vector<Region> regions_;
  std::multimap<std::string, std::size_t, std::less<>> by_code_;
};

/// Whether `code` is `area` or lies in it: 41000 holds 41110, and 41110 its districts 41111 to
/// 41119. Both are region codes.
bool within_region(std::string_view code, std::string_view area);
/// True for five ASCII digits.
bool is_region_code(std::string_view code);

}  // namespace dure::node
