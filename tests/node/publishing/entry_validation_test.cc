// SPDX-License-Identifier: Apache-2.0
#include "publishing/entry_validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "publishing/embedded_schemas.h"
#include "publishing/personal_data.h"
#include "web/texts.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json service() {
  return Json::parse(R"({"title":{"ko":"방문 건강관리"},"summary":{"ko":"간호사가 찾아갑니다."},
    "department":{"ko":"보건소 건강증진과"},"contact":{"phone":"031-000-0000"},
    "regions":[{"scheme":"bjd","code":"4111000000"}],"status":{"code":"running"},"modified":"2026-03-01",
    "licence":"kogl-1"})");
}

Json practice() {
  Json body = service();
  body.update(Json::parse(
      R"({"kind":"partial","problem":{"ko":"불법 주정차"},"whatWasDone":{"ko":"알림을 보냈다."},
    "outcomes":[{"indicator":{"ko":"단속 건수"},"value":12.5,"unit":"건"}],"evidenceLevel":1})"));
  return body;
}

class EntryValidationTest : public testing::Test {
 protected:
  void SetUp() override {
    auto created = EntryValidator::create(
        [](std::string_view code) { return code == "41110" || code == "41000"; });
    ASSERT_TRUE(created) << created.error().detail;
    validator_ = *std::move(created);
  }

  /// "pointer text" of every fault.
  std::vector<std::string> faults(const Json& body, std::string_view type = "service") {
    std::vector<std::string> lines;
    for (const auto& fault : validator_->check(type, body.dump())) {
      lines.push_back(fault.pointer + " " + fault.text.substr(fault.text.find('.') + 1));
      EXPECT_TRUE(has_text(Language::kKo, fault.text)) << fault.text;
      EXPECT_TRUE(has_text(Language::kEn, fault.text)) << fault.text;
    }
    return lines;
  }

  std::unique_ptr<EntryValidator> validator_;
};

TEST_F(EntryValidationTest, AcceptsTheLeastAnOfficerCanGive) {
  EXPECT_THAT(faults(service()), IsEmpty());
  EXPECT_THAT(faults(practice(), "practice"), IsEmpty());
  EXPECT_THAT(faults({{"reason", "중복"}}, "withdraw"), IsEmpty());
}

TEST_F(EntryValidationTest, AcceptsEnglishOnly) {
  Json body = service();
  for (const char* name : {"title", "summary", "department"}) body[name] = {{"en", "Home visits"}};
  EXPECT_THAT(faults(body), IsEmpty());
}

TEST_F(EntryValidationTest, NamesEachMissingField) {
  EXPECT_THAT(
      faults(Json::object()),
      ElementsAre("/contact fault.missing", "/department fault.missing", "/licence fault.missing",
                  "/modified fault.missing", "/regions fault.missing", "/status fault.missing",
                  "/summary fault.missing", "/title fault.missing"));
}

TEST_F(EntryValidationTest, NamesEveryUnknownField) {
  Json body = service();
  body["titel"] = 1;
  body["a/b"] = 2;
  body["contact"]["name"] = "홍길동";
  EXPECT_THAT(faults(body), ElementsAre("/a~1b fault.unknown", "/contact/name fault.unknown",
                                        "/titel fault.unknown"));
}

struct BadMember {
  const char* pointer;
  const char* value;
  const char* expected;
};

class BadMemberTest : public EntryValidationTest, public testing::WithParamInterface<BadMember> {};

TEST_P(BadMemberTest, IsNamed) {
  const auto& [pointer, value, expected] = GetParam();
  Json body = service();
  body[Json::json_pointer(pointer)] = Json::parse(value);
  EXPECT_THAT(faults(body), Contains(expected));
}

const std::string kLongTitle = "{\"ko\":\"" + std::string(121, 'a') + "\"}";

INSTANTIATE_TEST_SUITE_P(
    Service, BadMemberTest,
    testing::Values(
        BadMember{"/title", "\"글\"", "/title fault.not-language-text"},
        BadMember{"/title", "{}", "/title fault.no-language"},
        BadMember{"/title", R"({"ko":""})", "/title/ko fault.empty"},
        BadMember{"/title", R"({"ko":"  "})", "/title/ko fault.empty"},
        BadMember{"/title", R"({"ko":7})", "/title/ko fault.not-string"},
        BadMember{"/title", R"({"jp":"x"})", "/title/jp fault.unknown"},
        BadMember{"/title", kLongTitle.c_str(), "/title/ko fault.too-long"},
        BadMember{"/title", R"({"ko":"\u0007"})", "/title/ko fault.hidden-character"},
        BadMember{"/title", R"({"ko":"a\u202eb"})", "/title/ko fault.hidden-character"},
        BadMember{"/regions", "[]", "/regions fault.too-few"},
        BadMember{"/regions", "{}", "/regions fault.not-array"},
        BadMember{"/regions/0/code", "\"41110\"", "/regions/0/code pattern.code"},
        BadMember{"/regions/0/code", "4111000000", "/regions/0/code fault.not-string"},
        BadMember{"/regions/0/code", "\"9911000000\"", "/regions/0/code fault.unknown-region"},
        BadMember{"/status/code", "\"운영\"", "/status/code fault.not-one-of"},
        BadMember{"/status/code", "\"ended\"", "/status/reason fault.reason-needed"},
        BadMember{"/status/since", "\"2026-02-30\"", "/status/since fault.no-such-date"},
        BadMember{"/status/since", "\"2026.02.03\"", "/status/since pattern.date"},
        BadMember{"/modified", "\"어제\"", "/modified pattern.moment"},
        BadMember{"/modified", "20260301", "/modified fault.not-string"},
        BadMember{"/issued", "\"2026-03-02\"", "/modified fault.order"},
        BadMember{"/licence", "\"MIT\"", "/licence fault.not-one-of"},
        BadMember{"/contact", "{}", "/contact fault.contact"},
        BadMember{"/contact/phone", "\"010-1234-5678\"", "/contact/phone fault.mobile-number"},
        BadMember{"/contact/phone", "\"담당자\"", "/contact/phone pattern.phone"},
        BadMember{"/contact/email", "\"office\"", "/contact/email pattern.email"},
        BadMember{"/contact/page", "\"javascript:alert(1)\"", "/contact/page pattern.url"},
        BadMember{"/fields", R"(["13"])", "/fields/0 fault.not-one-of"},
        BadMember{"/fields", R"(["1","1"])", "/fields fault.duplicate"},
        BadMember{"/audiences", R"(["노인"])", "/audiences/0 fault.not-one-of"},
        BadMember{"/fee", R"({"amount":-1})", "/fee/amount fault.too-small"},
        BadMember{"/fee", R"({"amount":1e16})", "/fee/amount fault.too-large"},
        BadMember{"/fee", R"({"amount":"무료"})", "/fee/amount fault.not-number"},
        BadMember{"/fee", R"({"currency":"원"})", "/fee/currency pattern.currency"},
        BadMember{"/fee", "{}", "/fee fault.empty-object"},
        BadMember{"/deadline", R"({"always":"예"})", "/deadline/always fault.not-boolean"},
        BadMember{"/deadline", R"({"from":"2026-05-01","to":"2026-04-01"})",
                  "/deadline/to fault.order"},
        BadMember{"/processingTime", "\"14일\"", "/processingTime pattern.duration"},
        BadMember{"/processingTime", "\"P1YT\"", "/processingTime pattern.duration"},
        BadMember{"/channels", R"([{"kind":"visit","place":{"ko":"x"},"accessibility":["수어"]}])",
                  "/channels/0/accessibility/0 fault.not-one-of"},
        BadMember{"/identifiers", R"([{"scheme":"GOV","value":"1"}])",
                  "/identifiers/0/scheme pattern.scheme"},
        BadMember{"/benefits", R"({"ko":"담당 900101-1234567 홍"})",
                  "/benefits/ko fault.resident-number"},
        BadMember{"/benefits", R"({"ko":"문의 010 1234 5678"})",
                  "/benefits/ko warning.mobile-number"}));

TEST_F(EntryValidationTest, ChecksWhatOnlyPracticesHave) {
  Json body = practice();
  body["outcomes"] = Json::array();
  body["evidenceLevel"] = 2;
  body["cost"] = {{"share", {{"national", 60}, {"city", 50.5}}}};
  body["period"] = {{"start", "2025-01-01"}, {"end", "2024-01-01"}};
  EXPECT_THAT(faults(body, "practice"),
              ElementsAre("/cost/share fault.share-sum", "/outcomes fault.outcomes-needed",
                          "/period/end fault.order"));
  body["evidenceLevel"] = 6.5;
  body["kind"] = "성공";
  EXPECT_THAT(faults(body, "practice"), Contains("/evidenceLevel fault.not-integer"));
  EXPECT_THAT(faults(body, "practice"), Contains("/kind fault.not-one-of"));
}

TEST_F(EntryValidationTest, AcceptsOutcomesLeftEmptyWhereNothingWasMeasured) {
  Json body = practice();
  body["outcomes"] = Json::array();
  body["evidenceLevel"] = 0;
  EXPECT_THAT(faults(body, "practice"), IsEmpty());
}

TEST_F(EntryValidationTest, AcceptsAGeneralDistrictOfAKnownCity) {
  Json body = service();
  body["regions"][0]["code"] = "4111500000";
  EXPECT_THAT(faults(body), IsEmpty());
}

TEST_F(EntryValidationTest, WarnsButAcceptsOnlineOnly) {
  Json body = service();
  body["contact"] = {{"page", "https://example.org/"}};
  body["channels"] = Json::parse(R"([{"kind":"online","url":"https://example.org/apply"}])");
  EXPECT_THAT(faults(body), ElementsAre("/channels warning.online-only"));
  EXPECT_FALSE(has_error(validator_->check("service", body.dump())));
}

TEST_F(EntryValidationTest, RefusesUnknownTypesAndWhatIsNoObject) {
  EXPECT_EQ(validator_->check("later-type", "{}").at(0).text, "schema.entry.type-unknown");
  EXPECT_EQ(validator_->check("service", "[]").at(0).text, "schema.entry.not-object");
  EXPECT_EQ(validator_->check("service", "{").at(0).text, "schema.entry.not-object");
}

TEST_F(EntryValidationTest, SaysItInKoreanAndEnglish) {
  Json body = service();
  body["channels"] = Json::parse(R"([{"kind":"phone","phone":"x"}])");
  const auto fault = validator_->check("service", body.dump()).at(0);
  const auto in = [](Language language) {
    return [language](std::string_view key, const TextArguments& args) {
      return text(language, key, args);
    };
  };
  EXPECT_THAT(describe(fault, in(Language::kKo)),
              HasSubstr("신청 방법 1 › 전화 (/channels/0/phone): 전화번호는"));
  EXPECT_THAT(describe(fault, in(Language::kEn)), HasSubstr("Ways to apply 1 › Telephone"));
  EXPECT_EQ(fault.label, "schema.field.phone");
}

TEST_F(EntryValidationTest, SurvivesTextsAsLongAsABody) {
  Json body = service();
  for (const char* pointer :
       {"/contact/phone", "/modified", "/contact/page", "/contact/email", "/title/ko"}) {
    body[Json::json_pointer(pointer)] = std::string(60'000, '1');
  }
  EXPECT_TRUE(has_error(validator_->check("service", body.dump())));
}

TEST_F(EntryValidationTest, MayBeUsedByManyThreads) {
  const auto good = practice().dump();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) EXPECT_THAT(validator_->check("practice", good), IsEmpty());
    });
  }
  for (auto& thread : threads) thread.join();
}

/// Calls `visit` with every object of `value`.
void walk(const Json& value, const std::function<void(const Json&)>& visit) {
  if (value.is_object()) visit(value);
  if (value.is_structured()) {
    for (const auto& child : value) walk(child, visit);
  }
}

TEST(EntrySchemaTest, BoundsEveryTextListAndPattern) {
  for (const auto& file : embedded_schemas()) {
    walk(Json::parse(file.contents), [&](const Json& schema) {
      if (schema.value("type", Json()) == "string" && !schema.contains("enum")) {
        EXPECT_TRUE(schema.contains("maxLength") || schema.contains("pattern"))
            << file.name << schema;
      }
      if (schema.value("type", Json()) == "array") {
        EXPECT_TRUE(schema.contains("maxItems")) << file.name << schema;
      }
      if (schema.value("type", Json()) == "object") {
        EXPECT_EQ(schema.value("additionalProperties", Json()), false) << file.name << schema;
      }
      if (schema.contains("pattern") && schema["pattern"].is_string()) {
        // std::regex recurses for every character of an unbounded repetition.
        auto pattern = schema["pattern"].get<std::string>();
        for (auto at = pattern.find('['); at != std::string::npos; at = pattern.find('[', at + 1)) {
          pattern.erase(at + 1, pattern.find(']', at) - at - 1);
        }
        EXPECT_EQ(pattern.find_first_of("*+"), std::string::npos) << schema["pattern"];
      }
    });
  }
}

TEST(EntrySchemaTest, EveryMemberHasALabel) {
  for (const auto& file : embedded_schemas()) {
    walk(Json::parse(file.contents), [&](const Json& schema) {
      if (!schema.contains("properties") || !schema.contains("additionalProperties")) return;
      for (const auto& [name, value] : schema["properties"].items()) {
        EXPECT_TRUE(has_text(Language::kKo, "schema.field." + name)) << name;
        EXPECT_TRUE(has_text(Language::kEn, "schema.field." + name)) << name;
      }
    });
  }
}

TEST(PersonalDataTest, FindsResidentNumbers) {
  for (const char* text :
       {"900101-1234567", "주민 000229-4123456입니다", "9001011234567", "900101 - 2234567"}) {
    EXPECT_TRUE(has_resident_number(text)) << text;
  }
  for (const char* text :
       {"901301-1234567", "900101-9234567", "374000000021", "900101-1******", "1900101-1234567",
        "900101-12345678", "https://example.org/9001011234567", "2026-03-01 2026-04-01"}) {
    EXPECT_FALSE(has_resident_number(text)) << text;
  }
}

TEST(PersonalDataTest, FindsMobileNumbers) {
  for (const char* text : {"010-1234-5678", "01012345678", "문의: 010.1234.5678",
                           "+82 10-1234-5678", "011-234-5678"}) {
    EXPECT_TRUE(has_mobile_number(text)) << text;
  }
  for (const char* text : {"031-228-2114", "02-120", "1577-1000", "2010-1234-5678", "010",
                           "070-1234-5678", "010-12"}) {
    EXPECT_FALSE(has_mobile_number(text)) << text;
  }
}

}  // namespace
}  // namespace dure::node
