// SPDX-License-Identifier: Apache-2.0
#include "importing/dcat_body.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <tuple>

#include "importing/cell.h"
#include "importing/dcat_codes.h"
#include "publishing/imported_text.h"
#include "publishing/text_encoding.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSchema = "http://schema.org/";

/// The first web address among what is said.
std::string web_address(
    const GraphView& view, const Term& subject,
    std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  for (const auto& [space, name] : names) {
    for (const auto& term : view.all(subject, space, name)) {
      if (is_link(term.value)) return term.value;
    }
  }
  return {};
}

/// "mailto:a@b.kr" and "tel:031…" name themselves or hang on a node.
std::string contact_value(const GraphView& view, const Term& card, std::string_view name,
                          std::string_view scheme) {
  for (const auto& term : view.all(card, kVcard, name)) {
    auto text = term.value;
    for (const char* inner : {"hasValue", "value"}) {
      if (const auto value = view.first(term, kVcard, inner)) text = value->value;
    }
    if (text.starts_with(scheme)) text.erase(0, scheme.size());
    if (!text.empty()) return text;
  }
  return {};
}

Json contact_of(const GraphView& view, const Term& subject) {
  Json contact = Json::object();
  const auto page =
      web_address(view, subject, {{kDcat, "landingPage"}, {kFoaf, "page"}, {kFoaf, "homepage"}});
  if (!page.empty()) contact["page"] = page;
  for (const auto& card : view.all(subject, kDcat, "contactPoint")) {
    const auto email = contact_value(view, card, "hasEmail", "mailto:");
    const auto phone = contact_value(view, card, "hasTelephone", "tel:");
    const auto at = email.find('@');
    if (at != std::string::npos && email.find('.', at) != std::string::npos)
      contact["email"] = email;
    if (is_office_number(phone)) contact["phone"] = phone;
  }
  if (contact.empty() && is_link(subject.value)) contact["page"] = subject.value;
  return contact;
}

void put(Json& body, const char* member, Json value) {
  if (!value.empty()) body[member] = std::move(value);
}

void put_text(Json& body, const char* member, std::string_view text) {
  if (!text.empty()) body[member] = text;
}

void put_moment(Json& body, const char* member, const std::optional<Term>& term) {
  if (!term) return;
  if (const auto moment = moment_in(term->value)) body[member] = *moment;
}

Json keywords_of(const GraphView& view, const Term& subject) {
  Json keywords = Json::array();
  for (const auto& term : view.all(subject, kDcat, "keyword")) {
    const auto word = cut_to(one_line_of(term.value), kKeyword);
    const bool known = std::find(keywords.begin(), keywords.end(), word) != keywords.end();
    if (!word.empty() && !known && keywords.size() < 40) keywords.push_back(word);
  }
  return keywords;
}

Json fields_of(const GraphView& view, const Term& subject) {
  Json fields = Json::array();
  for (const auto& theme : view.all(subject, kDcat, "theme")) {
    const auto code = field_of_theme(tail_of(theme.value));
    const bool known = std::find(fields.begin(), fields.end(), code) != fields.end();
    if (!code.empty() && !known) fields.push_back(code);
  }
  return fields;
}

Json period_of(const GraphView& view, const Term& subject) {
  Json period = Json::object();
  for (const auto& span : view.all(subject, kDct, "temporal")) {
    for (const auto& [space, name, member] :
         {std::tuple(kDcat, "startDate", "start"), std::tuple(kSchema, "startDate", "start"),
          std::tuple(kDcat, "endDate", "end"), std::tuple(kSchema, "endDate", "end")}) {
      const auto term = view.first(span, space, name);
      if (const auto date = term ? date_in(term->value) : std::nullopt) period[member] = *date;
    }
  }
  return period;
}

bool is_format(std::string_view text) {
  constexpr std::string_view kSigns =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.+/-";
  return !text.empty() && text.size() <= 20 && kSigns.substr(0, 62).find(text[0]) != kSigns.npos &&
         text.find_first_not_of(kSigns) == std::string_view::npos;
}

void put_format(const GraphView& view, const Term& distribution, Json& out) {
  if (const auto format = view.first(distribution, kDct, "format")) {
    const auto label = view.label(*format);
    if (is_format(label)) out["format"] = label;
  }
  const auto media = view.first(distribution, kDcat, "mediaType");
  if (!media) return;
  std::string_view type = media->value;
  if (const auto list = type.find("media-types/"); list != std::string_view::npos)
    type.remove_prefix(list + 12);
  const bool plain =
      type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-/") == std::string_view::npos;
  if (plain && std::count(type.begin(), type.end(), '/') == 1 && type.size() <= 127 &&
      !type.starts_with('/') && !type.ends_with('/'))
    out["mediaType"] = type;
}

Json distribution_of(const GraphView& view, const Term& distribution) {
  const auto url = web_address(view, distribution, {{kDcat, "downloadURL"}, {kDcat, "accessURL"}});
  if (url.empty()) return {};
  Json out = {{"url", url}};
  put(out, "title", view.texts(distribution, kDct, "title", kShort));
  put_format(view, distribution, out);
  if (const auto size = view.first(distribution, kDcat, "byteSize")) {
    std::uint64_t bytes = 0;
    const auto* end = size->value.data() + size->value.size();
    if (std::from_chars(size->value.data(), end, bytes).ptr == end &&
        bytes <= 1'000'000'000'000'000)
      out["size"] = bytes;
  }
  return out;
}

Json distributions_of(const GraphView& view, const Term& subject) {
  Json all = Json::array();
  for (const auto& distribution : view.all(subject, kDcat, "distribution")) {
    if (auto one = distribution_of(view, distribution); !one.is_null())
      all.push_back(std::move(one));
  }
  for (const auto& endpoint : view.all(subject, kDcat, "endpointURL")) {
    if (!is_link(endpoint.value)) continue;
    Json one = {{"url", endpoint.value}};
    put_text(one, "manual", web_address(view, subject, {{kDcat, "endpointDescription"}}));
    all.push_back(std::move(one));
  }
  if (all.empty()) {
    if (const auto page = web_address(view, subject, {{kDcat, "landingPage"}}); !page.empty())
      all.push_back({{"url", page}});
  }
  // Blank nodes have other names each time: their order is that of what they say.
  std::sort(all.begin(), all.end());
  if (all.size() > 30) all.erase(all.begin() + 30, all.end());
  return all;
}

}  // namespace

std::string dcat_publisher(const GraphView& view, const Term& subject) {
  for (const char* name : {"publisher", "creator"}) {
    if (const auto who = view.first(subject, kDct, name)) {
      if (auto label = view.label(*who); !label.empty()) return label;
    }
  }
  return {};
}

std::vector<std::string> dcat_licences(const GraphView& view, const Term& subject) {
  std::vector<Term> sayers = {subject};
  for (auto& distribution : view.all(subject, kDcat, "distribution"))
    sayers.push_back(std::move(distribution));
  std::vector<std::string> out;
  for (const auto& sayer : sayers) {
    for (const char* name : {"license", "rights"}) {
      for (const auto& term : view.all(sayer, kDct, name)) {
        if (term.kind != Term::Kind::kBlank) out.push_back(term.value);
        if (!term.is_literal()) out.push_back(view.label(term));
      }
    }
  }
  return out;
}

Json dcat_body(const GraphView& view, const Term& subject) {
  Json body = Json::object();
  put(body, "title", view.texts(subject, kDct, "title", kTitle));
  const auto description = view.texts(subject, kDct, "description", kLong);
  auto summary = view.texts(subject, kDct, "description", kSummary);
  if (summary.empty()) summary = body.value("title", Json::object());
  const bool shortened = !description.empty() && description != summary;
  put(body, "summary", std::move(summary));
  if (shortened) body["description"] = description;
  if (const auto publisher = dcat_publisher(view, subject); !publisher.empty())
    body["department"] = {{has_hangul(publisher) ? "ko" : "en", cut_to(publisher, kShort)}};
  put(body, "contact", contact_of(view, subject));
  put_moment(body, "issued", view.first(subject, kDct, "issued"));
  put_moment(body, "modified", view.first(subject, kDct, "modified"));
  if (!body.contains("modified") && body.contains("issued")) body["modified"] = body["issued"];
  body["kind"] = view.is_a(subject, kDcat, "DataService") ? "api" : "data";
  put(body, "distributions", distributions_of(view, subject));
  put(body, "keywords", keywords_of(view, subject));
  put(body, "fields", fields_of(view, subject));
  put(body, "period", period_of(view, subject));
  if (const auto often = view.first(subject, kDct, "accrualPeriodicity"))
    put_text(
        body, "frequency",
        frequency_code(often->is_literal() ? one_line_of(often->value) : tail_of(often->value)));
  if (const auto language = view.first(subject, kDct, "language"))
    put_text(body, "language", language_code(tail_of(language->value)));
  if (const auto page = web_address(view, subject, {{kDcat, "landingPage"}}); !page.empty())
    body["links"] = Json::array({{{"rel", "about"}, {"url", page}}});
  return body;
}

}  // namespace dure::node
