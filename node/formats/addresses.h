// SPDX-License-Identifier: Apache-2.0
// Which IRI stands for an entry, a government, a page: the same on every node that knows the
// government's address.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace dure::node {

/// Filled once per answer, then read.
struct Addresses {
  /// Of this node, without a slash at the end ("https://data.suwon.go.kr").
  std::string own_base;
  std::map<std::string, std::string, std::less<>> bases;  // by origin, of the nodes that publish

  /// Where the publisher shows the entry, if it is known where that is; else here.
  std::string entry(std::string_view origin, std::string_view id) const;
  /// Of the publisher's node, or empty.
  std::string base_of(std::string_view origin) const;
  std::string here(std::string_view path_and_query) const {
    return own_base + std::string(path_and_query);
  }
};

/// Names the government behind a log whatever its address and its generation:
/// urn:dure:member:suwon.go.kr%2Fdure
std::string member_iri(std::string_view origin);
/// "suwon.go.kr/dure" of "suwon.go.kr/dure/1".
std::string_view member_name(std::string_view origin);

}  // namespace dure::node
