// SPDX-License-Identifier: Apache-2.0
// Tables of config/ that are part of the program; the definitions are made at build time.
#pragma once

#include <string_view>

namespace dure::node {

std::string_view embedded_regions();   // config/regions-kr.tsv
std::string_view embedded_synonyms();  // config/synonyms.tsv

}  // namespace dure::node
