// SPDX-License-Identifier: Apache-2.0
// /federation/forks: which fork proofs a node has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMaxForkListBytes = 1 << 20;
inline constexpr std::size_t kMaxListedForks = 2000;

struct ListedFork {
  std::string name;  // hex(SHA-256(file)); the file is at /federation/forks/<name>
  std::string origin;
  friend bool operator==(const ListedFork&, const ListedFork&) = default;
};

bool is_fork_name(std::string_view name);
std::string fork_name(std::string_view file);

/// {"forks":[{"name":…,"origin":…},…]}, sorted by name.
std::string format_fork_list(std::vector<ListedFork> forks);
/// Members of a later version are ignored. Errors: kMalformed (also unsorted, or a name twice),
/// kTooLarge. format_fork_list(parse_fork_list(x)) parses to the same.
Result<std::vector<ListedFork>> parse_fork_list(std::string_view json);

}  // namespace dure::node
