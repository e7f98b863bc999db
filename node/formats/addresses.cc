// SPDX-License-Identifier: Apache-2.0
#include "formats/addresses.h"

#include "formats/iri.h"

namespace dure::node {

std::string Addresses::base_of(std::string_view origin) const {
  const auto found = bases.find(origin);
  if (found == bases.end()) return {};
  std::string base = found->second;
  while (!base.empty() && base.back() == '/') base.pop_back();
  return base;
}

std::string Addresses::entry(std::string_view origin, std::string_view id) const {
  const std::string base = base_of(origin);
  if (!base.empty()) return clean_iri(base + "/e/" + std::string(id));
  return clean_iri(own_base + "/e/" + std::string(id)) + "?origin=" + encode_segment(origin);
}

std::string member_iri(std::string_view origin) {
  return "urn:dure:member:" + encode_segment(member_name(origin));
}

std::string_view member_name(std::string_view origin) {
  return origin.substr(0, origin.rfind('/'));
}

}  // namespace dure::node
