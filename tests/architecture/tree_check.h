// SPDX-License-Identifier: Apache-2.0
// Rules of the house that a compiler does not check: which folder may include what, and how files
// must look.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dure::architecture {

/// What a folder must not include, as a regular expression on the include's path, and why.
struct IncludeRule {
  std::string folder;
  std::string forbidden;
  std::string why;
};

const std::vector<IncludeRule>& include_rules();

/// One line per violation, "path:line: what". A rule whose folder has no source file is a violation
/// too, so that a rename cannot switch a rule off.
std::vector<std::string> check_includes(const std::filesystem::path& root,
                                        const std::vector<IncludeRule>& rules);

/// The first include of x.cc is its own x.h: so every such header is known to compile by itself.
std::vector<std::string> check_own_header_first(const std::filesystem::path& root);

/// Licence line, length, left-over notes and paths of one machine, in every text file of the
/// project.
std::vector<std::string> check_files(const std::filesystem::path& root);

}  // namespace dure::architecture
