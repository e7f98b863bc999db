// SPDX-License-Identifier: Apache-2.0
#include "web/page_frame.h"

#include <fmt/format.h>

#include <algorithm>

#include "web/embedded.h"
#include "web/wording.h"

namespace dure::node {
namespace {

std::string_view template_text(std::string_view name) {
  for (const EmbeddedFile& file : embedded_pages()) {
    if (file.name == name) return file.contents;
  }
  return {};
}

void append_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

}  // namespace

Data present(const std::string& text) { return text.empty() ? Data(false) : Data(text); }

Data say(const PageFrame& frame, std::string_view key, const TextArguments& args) {
  return Data(text(frame.language, key, args));
}

Data lines_of(const std::string& text) {
  Data lines{Data::type::list};
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    Data line;
    line.set("line", text.substr(at, end - at));
    line.set("more", end < text.size());
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

Data new_page(const PageFrame& frame) {
  Data page;
  page.set("t", Data(kainjow::mustache::lambda([language = frame.language](const std::string& key) {
             return kainjow::mustache::html_escape(text(language, key));
           })));
  page.set("home_href", page_href(frame, "/"));
  page.set("about_href", page_href(frame, "/about"));
  page.set("changes_href", page_href(frame, "/changes"));
  page.set("api_href", page_href(frame, "/api"));
  page.set("accessibility_href", page_href(frame, "/accessibility"));
  return page;
}

kainjow::mustache::mustache read_template(std::string_view name) {
  return kainjow::mustache::mustache{std::string(template_text(name))};
}

std::string fill_template(std::string_view name, const Data& data) {
  return read_template(name).render(data);
}

std::string in_layout(const PageFrame& frame, const std::string& title,
                      const std::string& content) {
  const Language other = frame.language == Language::kKo ? Language::kEn : Language::kKo;
  PageFrame switched = frame;
  switched.language = other;
  switched.language_chosen = true;

  Data page = new_page(frame);
  page.set("language", std::string(language_name(frame.language)));
  page.set("title", title);
  page.set("switch_href", page_href(switched, frame.path, frame.query));
  page.set("switch_language", std::string(language_name(other)));
  page.set("switch_label", other == Language::kKo ? "한국어" : "English");
  page.set("served_by", say(frame, "pages.footer.served-by", {{"node", frame.node_name}}));
  page.set("privacy",
           say(frame, frame.console ? "pages.footer.privacy-console" : "pages.footer.privacy"));
  page.set("head", frame.head);
  page.set("content", content);
  return fill_template("layout.html", page);
}

Data text_data(const Text& text) {
  if (text.text.empty()) return Data(false);
  Data data;
  data.set("text", text.text);
  data.set("language", present(text.language));
  return data;
}

std::string page_href(const PageFrame& frame, std::string_view path,
                      const std::vector<std::pair<std::string, std::string>>& query) {
  std::string href(path);
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    href += separator;
    append_encoded(href, name);
    href += '=';
    append_encoded(href, value);
    separator = '&';
  };
  for (const auto& [name, value] : query) add(name, value);
  if (frame.language_chosen) add("lang", language_name(frame.language));
  return href;
}

std::string_view page_asset(std::string_view name) {
  const bool known = name == "style.css" || name == "icon.svg" || name == "check.js";
  return known ? template_text(name) : std::string_view();
}

Data withheld_data(const PageFrame& frame, const std::vector<WithheldView>& withheld) {
  Data list{Data::type::list};
  for (const WithheldView& log : withheld) {
    Data item;
    item.set("sentence",
             say(frame, log.shown == 0 ? "pages.withheld.all" : "pages.withheld.newer",
                 {{"publisher", log.publisher}, {"shown", number_in_words(log.shown)}}));
    item.set("proof_href", log.proof_href);
    list.push_back(item);
  }
  return list;
}

}  // namespace dure::node
