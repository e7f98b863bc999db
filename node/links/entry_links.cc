// SPDX-License-Identifier: Apache-2.0
#include "links/entry_links.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

namespace dure::node {
namespace {

using Json = nlohmann::json;

// tests/node/links compares this with the schemas.
constexpr std::array<std::string_view, 4> kMembers = {"url", "page", "manual", "homepage"};
constexpr int kDeepest = 16;  // schemas nest less; a hostile body may not exhaust the stack

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

class Collector {
 public:
  void visit(const Json& value, int depth) {
    if (depth > kDeepest) return;
    if (value.is_array()) {
      for (const Json& element : value) visit(element, depth + 1);
    }
    if (!value.is_object()) return;
    for (const auto& [name, member] : value.items()) {
      const bool address = std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end();
      if (address && member.is_string()) add(member.get_ref<const std::string&>());
      visit(member, depth + 1);
    }
  }
  std::vector<std::string> take() { return std::move(links_); }

 private:
  void add(const std::string& url) {
    std::string link = checkable_link(url);
    if (link.empty() || links_.size() == kMaxEntryLinks) return;
    if (known_.insert(link).second) links_.push_back(std::move(link));
  }

  std::vector<std::string> links_;
  std::set<std::string> known_;
};

std::size_t after_scheme(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.starts_with(scheme)) return scheme.size();
  }
  return 0;
}

std::string_view authority_of(std::string_view url) {
  const std::size_t begin = after_scheme(url);
  return url.substr(begin, std::min(url.find_first_of("/?#", begin), url.size()) - begin);
}

}  // namespace

std::vector<std::string> links_in(std::string_view body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  Collector collector;
  collector.visit(json, 0);
  return collector.take();
}

std::string checkable_link(std::string_view text) {
  std::string url(text.substr(0, std::min(text.find('#'), kMaxLinkBytes + 1)));
  const std::size_t scheme = std::min(url.find("://"), url.size());
  std::transform(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(scheme), url.begin(),
                 lower);
  if (after_scheme(url) == 0 || url.size() > kMaxLinkBytes) return {};
  const std::string_view authority = authority_of(url);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return {};
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '\\';
  });
  return plain ? url : std::string();
}

std::string host_of_link(std::string_view url) {
  std::string host(authority_of(url));
  std::transform(host.begin(), host.end(), host.begin(), lower);
  return host;
}

}  // namespace dure::node
