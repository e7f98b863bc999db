// SPDX-License-Identifier: Apache-2.0
#include "links/entry_links.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "publishing/embedded_schemas.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Links = std::vector<std::string>;

void addresses_in(const Json& schema, std::set<std::string>& names) {
  if (!schema.is_structured()) return;
  for (const auto& [name, member] : schema.items()) {
    const bool address =
        member.is_object() && member.value("$ref", Json()) == "common.schema.json#/definitions/url";
    if (address) names.insert(name);
    addresses_in(member, names);
  }
}

TEST(EntryLinksTest, FindsWhatTheSchemasCallAddresses) {
  std::set<std::string> names;
  for (const auto& schema : embedded_schemas()) addresses_in(Json::parse(schema.contents), names);
  EXPECT_GE(names.size(), 4U);
  for (const std::string& name : names) {
    const Json body = {{"somewhere", {{{name, "https://suwon.example/" + name}}}}};
    EXPECT_EQ(links_in(body.dump()), Links{"https://suwon.example/" + name});
  }
  EXPECT_EQ(links_in(R"({"title":{"ko":"https://suwon.example/"},"link":"https://a.example/"})"),
            Links{});
}

TEST(EntryLinksTest, EachAddressComesOnceAndWithoutItsFragment) {
  EXPECT_EQ(links_in(R"([{"url":"https://a.example/x#one"},{"page":"HTTPS://a.example/x#two"},
                        {"url":"http://a.example/x"}])"),
            (Links{"https://a.example/x", "http://a.example/x"}));
}

TEST(EntryLinksTest, WhatNobodyCanAskIsNoLink) {
  for (const char* url :
       {"", "ftp://a.example/", "https://", "https:///x", "https://user:secret@a.example/",
        "https://a.example/a b", "https://a.example/\r\nHost: b", "javascript:alert(1)",
        "mailto:a@b.example", "//a.example/", "https://a.example\\@b.example/", "a.example"})
    EXPECT_EQ(checkable_link(url), "") << url;
  EXPECT_EQ(checkable_link("https://a.example/" + std::string(3000, 'x')), "");
  EXPECT_EQ(checkable_link("Http://A.example:8080?q=#top"), "http://A.example:8080?q=");
  EXPECT_EQ(host_of_link("http://A.example:8080?q="), "a.example:8080");
  EXPECT_EQ(host_of_link("http://A.example/x@y"), "a.example");
}

TEST(EntryLinksTest, HostileBodiesGiveBoundedLinks) {
  Json many = Json::array();
  for (int i = 0; i < 500; ++i) many.push_back({{"url", "https://a.example/" + std::to_string(i)}});
  EXPECT_EQ(links_in(many.dump()).size(), kMaxEntryLinks);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "[";
  EXPECT_EQ(links_in(deep), Links{});
  for (std::uint32_t i = 0; i < 300; ++i) {
    for (const std::string& link :
         links_in(HostileBodies(i).body().dump(-1, ' ', false, Json::error_handler_t::replace)))
      EXPECT_EQ(checkable_link(link), link);
  }
}

}  // namespace
}  // namespace dure::node
