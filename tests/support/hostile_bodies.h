// SPDX-License-Identifier: Apache-2.0
// Bodies that another implementation might publish to break whoever puts them into another format:
// right in shape, wrong in every text; or wrong in shape as well. The same number gives the same
// body.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>

namespace dure::node {

inline const std::array<std::string, 24>& hostile_texts() {
  using namespace std::string_literals;
  static const std::array<std::string, 24> texts = {"<script>alert(1)</script>",
                                                    "</script><!--",
                                                    "\"quoted\" 'and' `ticked`",
                                                    "back\\slash \\u0041 \\",
                                                    "=HYPERLINK(\"http://x\")",
                                                    "+1+1",
                                                    "-2+3",
                                                    "@SUM(A1)",
                                                    "\ttabbed",
                                                    "line\nbreak\r\nand\rmore",
                                                    "a,b;c\"d",
                                                    "nul\0inside"s,
                                                    "bell\a escape\x1b delete\x7f",
                                                    "]]> & &amp; <![CDATA[",
                                                    "한국어 \xE2\x80\xAE뒤집힌 글",
                                                    "\xEF\xBF\xBE\xEF\xBF\xBF not characters",
                                                    "😀 \xF0\x9F\x8F\xB3\xEF\xB8\x8F",
                                                    "\"\"\" . <http://x> a <http://y> .",
                                                    "@prefix x: <y> .",
                                                    "_:b0",
                                                    "{\"@id\":\"x\"}",
                                                    "   ",
                                                    "%zz %2",
                                                    "urn:x ^^xsd:date @ko"};
  return texts;
}

inline const std::array<std::string, 10>& hostile_addresses() {
  static const std::array<std::string, 10> addresses = {
      "http://a b/c d",        "https://x/\"><script>",
      "http://x/<y>{z}|\\^`",  "https://x/한글 주소?q=값",
      "HTTP://X/%zz%2",        "javascript:alert(1)",
      "http://x/\n> a <y",     "http:///nothing",
      "https://[::1]:80/#a#b", "//x"};
  return addresses;
}

class HostileBodies {
 public:
  explicit HostileBodies(std::uint32_t seed) : random_(seed) {}

  nlohmann::json body() {
    using Json = nlohmann::json;
    Json body = Json::object();
    for (const char* name : {"title", "summary", "description", "department", "benefits", "problem",
                             "whatWasDone", "answer", "goals", "proposed", "changed",
                             "requirements", "causes", "operator", "category"})
      body[name] = texts();
    body["contact"] = maybe(
        {{"role", texts()}, {"phone", word()}, {"email", word() + "@x y"}, {"page", address()}});
    for (const char* name : {"fields", "audiences", "keywords"})
      body[name] = maybe(Json::array({word(), word()}));
    body["problems"] = maybe(Json::array({texts(), texts()}));
    body["regions"] =
        maybe(Json::array({{{"scheme", "bjd"}, {"code", "41110\"<000"}}, {{"code", word()}}, 3}));
    body["status"] = maybe({{"code", word()}, {"since", date()}, {"reason", texts()}});
    for (const char* name :
         {"issued", "modified", "reviewedAt", "decidedAt", "receivedAt", "checkedAt"})
      body[name] = date();
    for (const char* name : {"reviewEvery", "processingTime"}) body[name] = maybe("P1W\"T");
    body["licence"] = maybe(word());
    body["language"] = maybe(word());
    body["scale"] = body["kind"] = body["frequency"] = maybe(word());
    body["version"] = maybe(word());
    body["links"] = maybe(Json::array({{{"rel", word()}, {"url", address()}, {"title", texts()}}}));
    body["identifiers"] = maybe(Json::array({{{"scheme", word()}, {"value", word()}}}));
    body["attachments"] = maybe(
        Json::array({{{"name", word()}, {"mediaType", word()}, {"size", 7}, {"commit", word()}}}));
    const Json reference = {{"origin", word()}, {"id", word()}, {"title", texts()}};
    for (const char* name :
         {"addresses", "services", "practices", "follows", "uses", "sameAs", "experience", "ledTo"})
      body[name] = maybe(Json::array({reference}));
    for (const char* name : {"practice", "parent", "about", "duplicateOf", "replaces", "programme"})
      body[name] = maybe(reference);
    body["channels"] = maybe(Json::array(
        {{{"kind", word()}, {"url", address()}, {"phone", word()}, {"note", texts()}}}));
    body["fee"] = maybe({{"amount", 1e15}, {"currency", word()}, {"note", texts()}});
    body["distributions"] = maybe(Json::array({{{"title", texts()},
                                                {"url", address()},
                                                {"format", word()},
                                                {"mediaType", word()},
                                                {"size", 3},
                                                {"manual", address()}}}));
    body["outcomes"] = maybe(Json::array({{{"indicator", texts()},
                                           {"value", -0.0000001},
                                           {"unit", word()},
                                           {"period", {{"start", date()}}}}}));
    body["documents"] =
        maybe(Json::array({{{"title", texts()}, {"url", address()}, {"sha256", word()}}}));
    body["legalBasis"] = maybe(Json::array({{{"title", texts()}, {"url", address()}}}));
    body["homepage"] = address();
    body["decision"] =
        maybe(chance() ? Json(word()) : Json({{"code", word()}, {"reason", texts()}}));
    return body;
  }

  std::string word() { return hostile_texts()[pick(hostile_texts().size())]; }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  bool chance() { return pick(8) == 0; }

  /// Now and then of another shape altogether.
  nlohmann::json maybe(nlohmann::json value) {
    if (!chance()) return value;
    switch (pick(5)) {
      case 0:
        return nullptr;
      case 1:
        return 17;
      case 2:
        return word();
      case 3:
        return nlohmann::json::array({nlohmann::json::object(), word(), nullptr, true});
      default:
        return nlohmann::json::object();
    }
  }
  nlohmann::json texts() { return maybe({{"ko", word()}, {"en", word()}, {word(), word()}}); }
  nlohmann::json date() {
    static const std::array<const char*, 6> kDates = {
        "2026-02-30", "2026-02-28",           "2024-02-29",
        "x",          "2026-01-01T25:00:00Z", "2026-01-01T23:59:59+09:00"};
    return maybe(kDates[pick(kDates.size())]);
  }
  nlohmann::json address() { return maybe(hostile_addresses()[pick(hostile_addresses().size())]); }

  std::mt19937 random_;
};

}  // namespace dure::node
