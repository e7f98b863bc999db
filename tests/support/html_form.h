// SPDX-License-Identifier: Apache-2.0
// What a browser makes of a form that nobody touches: strict where our pages must be well made,
// and with the browser's own changes to values.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dure::node {

struct HtmlControl {
  std::string tag, type, name, value, id;
  bool checked = false, labelled = false;
  std::vector<std::string> described_by;
};

struct HtmlForm {
  std::vector<HtmlControl> controls;  // inputs, selects, text areas
  std::vector<std::string> ids, labels_for, links, buttons;
  std::string autofocus;              // id of the one element that has it
  std::vector<std::string> mistakes;  // of the page itself
  std::string words;                  // everything that is read
};

/// Reads the subset of HTML that our templates write.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view html) : rest_(html) {}

  HtmlForm read() {
    while (!rest_.empty()) {
      const std::string_view before = rest_.substr(0, rest_.find('<'));
      form_.words += unescape(before);
      rest_.remove_prefix(before.size());
      if (!rest_.empty()) read_tag();
    }
    if (!open_.empty()) form_.mistakes.push_back("not closed: " + open_.back());
    for (auto& control : form_.controls) {
      if (std::find(form_.labels_for.begin(), form_.labels_for.end(), control.id) !=
          form_.labels_for.end())
        control.labelled = true;
    }
    return std::move(form_);
  }

 private:
  using Attributes = std::map<std::string, std::string>;

  static std::string unescape(std::string_view text) {
    static const std::vector<std::pair<std::string, char>> kNames = {
        {"&lt;", '<'},    {"&gt;", '>'},   {"&quot;", '"'},
        {"&apos;", '\''}, {"&#39;", '\''}, {"&amp;", '&'}};
    std::string plain;
    while (!text.empty()) {
      const std::size_t until = std::min(text.find('&'), text.size());
      plain += text.substr(0, until);
      text.remove_prefix(until);
      if (text.empty()) break;
      const auto found = std::find_if(kNames.begin(), kNames.end(),
                                      [&](const auto& one) { return text.starts_with(one.first); });
      plain += found == kNames.end() ? text.front() : found->second;
      text.remove_prefix(found == kNames.end() ? 1 : found->first.size());
    }
    return plain;
  }

  void read_tag() {
    const std::size_t end = end_of_tag();
    std::string_view tag = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (tag.starts_with('/')) return close(std::string(tag.substr(1)));
    const std::string name(tag.substr(0, tag.find(' ')));
    static const std::set<std::string> kKnown = {
        "div",    "section",  "details",  "summary",  "h1",     "h2",    "ul",
        "li",     "a",        "p",        "span",     "label",  "input", "select",
        "option", "optgroup", "textarea", "fieldset", "legend", "button"};
    if (!kKnown.contains(name)) form_.mistakes.push_back("element " + name);
    open(name, attributes_of(tag.substr(name.size())));
  }

  // '>' in quotes ends nothing.
  std::size_t end_of_tag() const {
    bool quoted = false;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '"') quoted = !quoted;
      if (rest_[i] == '>' && !quoted) return i;
    }
    return rest_.size();
  }

  Attributes attributes_of(std::string_view text) {
    Attributes attributes;
    while (text.find_first_not_of(' ') != std::string_view::npos) {
      text.remove_prefix(text.find_first_not_of(' '));
      const std::string name(text.substr(0, text.find_first_of(" =")));
      text.remove_prefix(name.size());
      std::string value;
      if (text.starts_with("=\"")) {
        text.remove_prefix(2);
        const std::size_t end = std::min(text.find('"'), text.size());
        value = unescape(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
      }
      if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != std::string::npos ||
          name.starts_with("on"))
        form_.mistakes.push_back("attribute " + name);
      if (!attributes.emplace(name, value).second)
        form_.mistakes.push_back("attribute twice: " + name);
    }
    return attributes;
  }

  void open(const std::string& name, Attributes attributes) {
    if (attributes.contains("id")) form_.ids.push_back(attributes["id"]);
    if (attributes.contains("autofocus")) form_.autofocus += attributes["id"];
    if (name == "a") form_.links.push_back(attributes["href"]);
    if (name == "label" && attributes.contains("for"))
      form_.labels_for.push_back(attributes["for"]);
    if (name == "button") form_.buttons.push_back(attributes["name"] + "=" + attributes["value"]);
    if (name == "input" || name == "select" || name == "textarea") add_control(name, attributes);
    if (name == "option") add_option(attributes);
    if (name == "textarea") return read_text_area();
    if (name != "input") open_.push_back(name);
  }

  void add_control(const std::string& name, Attributes& attributes) {
    HtmlControl control;
    control.tag = name;
    control.type = attributes["type"];
    control.name = attributes["name"];
    control.value = attributes["value"];
    control.id = attributes["id"];
    control.checked = attributes.contains("checked");
    control.labelled = std::find(open_.begin(), open_.end(), "label") != open_.end();
    std::string_view ids = attributes["aria-describedby"];
    while (!ids.empty()) {
      control.described_by.emplace_back(ids.substr(0, ids.find(' ')));
      ids.remove_prefix(std::min(control.described_by.back().size() + 1, ids.size()));
    }
    form_.controls.push_back(std::move(control));
    selected_ = false;
    options_ = 0;
  }

  void add_option(Attributes& attributes) {
    HtmlControl& select = form_.controls.back();
    if (options_++ == 0) select.value = attributes["value"];
    if (!attributes.contains("selected")) return;
    if (selected_) form_.mistakes.push_back("two options selected: " + select.name);
    select.value = attributes["value"];
    selected_ = true;
  }

  void read_text_area() {
    constexpr std::string_view kEnd = "</textarea>";
    const std::size_t end = std::min(rest_.find(kEnd), rest_.size());
    std::string_view inside = rest_.substr(0, end);
    if (inside.starts_with('\n')) inside.remove_prefix(1);
    if (inside.find('<') != std::string_view::npos) form_.mistakes.push_back("< in a text area");
    form_.controls.back().value = unescape(inside);
    rest_.remove_prefix(std::min(end + kEnd.size(), rest_.size()));
  }

  void close(const std::string& name) {
    if (open_.empty() || open_.back() != name) {
      form_.mistakes.push_back("closes " + name);
    } else {
      open_.pop_back();
    }
  }

  std::string_view rest_;
  std::vector<std::string> open_;
  bool selected_ = false;
  int options_ = 0;
  HtmlForm form_;
};

/// As a browser sends the form when nobody has touched it.
inline std::vector<std::pair<std::string, std::string>> sent_untouched(const HtmlForm& form) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const HtmlControl& control : form.controls) {
    if (control.type == "checkbox" && !control.checked) continue;
    std::string value;
    for (const char c : control.value) {
      const bool one_line = control.type == "text";
      if (c == '\n' && !one_line) value += "\r\n";
      if (c != '\n' && !(c == '\r' && one_line)) value += c;
    }
    const bool date = value.size() == 10 && value[4] == '-' && value[7] == '-';
    if (control.type == "date" && !date) value.clear();
    fields.emplace_back(control.name, std::move(value));
  }
  return fields;
}

}  // namespace dure::node
