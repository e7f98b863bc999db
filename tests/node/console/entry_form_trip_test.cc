// SPDX-License-Identifier: Apache-2.0
// The law: a body that becomes a page and comes back untouched is the same body, byte for byte.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "console/form_shape.h"
#include "http/form.h"
#include "node/console/form_fixture.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Kind = FormShape::Kind;

/// Bodies of one shape: mostly right, now and then with what fields cannot hold. Without what a
/// form puts right on purpose: blank texts and items, other line ends, and a required list left out
/// that may be empty.
class RandomBodies {
 public:
  explicit RandomBodies(std::uint32_t seed) : random_(seed) {}

  Json of(const FormShape& shape) {
    switch (shape.kind) {
      case Kind::kGroup:
      case Kind::kRegion:
      case Kind::kLanguages:
        return object_of(shape);
      case Kind::kList:
        return list_of(shape);
      case Kind::kLines:
        return list([&] { return Json(line()); });
      case Kind::kChoices:
        return list([&] { return chance(20) ? Json(line()) : Json(code_of(shape)); });
      case Kind::kAttachments:
        return Json::array({{{"name", line()}, {"size", 3}}});
      default:
        return chance(40) ? oddity() : single(shape);
    }
  }

 private:
  bool chance(std::size_t of) { return random_() % of == 0; }

  std::string line() {
    static const std::vector<std::string> kLines = {"어르신 교통카드",
                                                    "a",
                                                    " leading and trailing ",
                                                    "<b>&amp;</b>\"'",
                                                    "+ % = ;",
                                                    "\tx\t",
                                                    "😀",
                                                    "https://a.example/?a=b&c",
                                                    "}}{{{x}}}",
                                                    "P1Y",
                                                    "`\\"};
    return kLines[random_() % kLines.size()];
  }
  std::string text() { return chance(5) ? "\n\n" + line() + "\n" + line() + "\n" : line(); }
  const std::string& code_of(const FormShape& shape) {
    return shape.codes[random_() % shape.codes.size()];
  }
  Json oddity() {
    switch (random_() % 4) {
      case 0:
        return Json::array({nullptr, Json::object(), "x\x7Fy"});
      case 1:
        return {{"a/b~c", {{"d", "\n<&"}}}};
      case 2:
        return Json::object();
      default:
        return Json::array();
    }
  }
  Json number() {
    static const std::vector<Json> kNumbers = {0,    1,     -1,   1200000, 1.5,
                                               -0.1, 1e-07, 1e20, "많이",  9007199254740991};
    return kNumbers[random_() % kNumbers.size()];
  }
  Json single(const FormShape& shape) {
    switch (shape.kind) {
      case Kind::kChoice:
        if (shape.whole) return chance(5) ? number() : Json(std::stoi(code_of(shape)));
        return chance(10) ? line() : code_of(shape);
      case Kind::kDate:
      case Kind::kMoment:
        return std::vector<Json>{"2026-03-01", "2026-02-30", "2026-03-01T09:00:00+09:00",
                                 "언젠가"}[random_() % 4];
      case Kind::kDuration:
        return std::vector<Json>{"P1Y6M", "P14D", "P", "PT3H", "곧"}[random_() % 5];
      case Kind::kNumber:
        return number();
      case Kind::kYesNo:
        return chance(5) ? Json(line()) : Json(chance(2));
      default:
        return text();
    }
  }
  template <class Make>
  Json list(Make make) {
    Json items = Json::array();
    for (std::size_t count = random_() % 4; count > 0; --count) items.push_back(make());
    return items;
  }
  Json list_of(const FormShape& shape) {
    return list([&] {
      Json item = of(shape.parts.front());
      if (!item.empty()) return item;
      return shape.parts.front().kind == Kind::kLanguages ? Json({{"en", "x"}})
                                                          : Json({{"unheard of", 1}});
    });
  }
  Json object_of(const FormShape& shape) {
    Json object = Json::object();
    for (const FormShape& member : shape.parts) {
      const bool says_empty = member.kind == Kind::kList && member.required && member.may_be_empty;
      if (!says_empty && chance(3)) continue;
      Json value = of(member);
      if (value.is_object() && value.empty()) continue;
      object[member.name] = std::move(value);
    }
    if (shape.kind == Kind::kRegion && !object.empty()) {
      object.emplace("scheme", "bjd");
      object.emplace("code", line());
    }
    if (chance(15)) object["unheard \"of\" " + std::to_string(random_() % 3)] = oddity();
    return object;
  }

  std::mt19937 random_;
};

TEST(EntryFormTripTest, BringsAllExampleEntriesBackAsTheyWere) {
  std::map<std::string, int> seen;
  for (const auto& [type, body] : example_entries()) {
    const auto came = trip(type, body, seen[type] % 2 == 0 ? Language::kKo : Language::kEn);
    ASSERT_TRUE(came) << type << " " << came.error().detail;
    EXPECT_EQ(*came, body) << type;
    ++seen[type];
  }
  EXPECT_EQ(seen.size(), 11U);
  EXPECT_GT(seen["service"], 10);
}

TEST(EntryFormTripTest, BringsRandomBodiesBackThroughTheFormsOwnEncoding) {
  RandomBodies random(20261129);
  for (int round = 0; round < 5; ++round) {
    for (const std::string& type : written_types()) {
      const std::string body = random.of(*form_shape(type)).dump();
      const auto sent = sent_untouched(page_of(type, body));
      const auto fields = http::parse_form(http::format_form(sent), 1 << 20, kMaxEntryFormFields);
      ASSERT_TRUE(fields) << fields.error().detail;
      const auto came = body_from_form(type, *fields, body);
      ASSERT_TRUE(came) << type << " " << came.error().detail << "\n" << body;
      ASSERT_EQ(*came, body) << type << ", round " << round;
    }
  }
}

// What others may have published: it is shown and can be sent, and what comes back stays.
TEST(EntryFormTripTest, ChangesHostileBodiesOnceAtMost) {
  HostileBodies hostile(7);
  for (int round = 0; round < 1; ++round) {
    const std::string body = hostile.body().dump();
    for (const std::string& type : written_types()) {
      const auto once = trip(type, body);
      ASSERT_TRUE(once) << type << " " << once.error().detail << "\n" << body;
      const auto twice = trip(type, *once);
      ASSERT_TRUE(twice) << type;
      EXPECT_EQ(*twice, *once) << type << "\n" << body;
    }
  }
}

// Whoever adds an item and leaves it empty has changed nothing.
TEST(EntryFormTripTest, AddingAnItemAndLeavingItEmptyChangesNothing) {
  for (const auto& [type, body] : example_of_each_type()) {
    auto fields = sent_untouched(page_of(type, body));
    fields.emplace_back("add", "/links");
    const auto changed = change_form(type, fields, body);
    ASSERT_TRUE(changed) << type << " " << changed.error().detail;
    EXPECT_EQ(Json::parse(changed->body).at("links").back(), Json::object());
    const auto came = body_from_form(type, sent_untouched(page_of(type, changed->body)), body);
    ASSERT_TRUE(came) << type;
    EXPECT_EQ(*came, body) << type;
  }
}

}  // namespace
}  // namespace dure::node
