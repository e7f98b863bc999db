// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "web/form_view.h"
#include "web/page_frame.h"

namespace dure::node {
namespace {

using Kind = FormPart::Kind;

Data words_list(const std::vector<std::string>& words) {
  Data list{Data::type::list};
  for (const std::string& one : words) {
    Data item;
    item.set("words", one);
    list.push_back(item);
  }
  return list;
}

std::string described_by(const FormPart& part) {
  std::string ids;
  const auto add = [&](bool there, const char* what) {
    if (there) ids += fmt::format("{}{}.{}", ids.empty() ? "" : " ", part.id, what);
  };
  add(!part.faults.empty(), "fault");
  add(!part.warnings.empty(), "note");
  add(!part.help.empty(), "help");
  return ids;
}

// Ids are ours and hold nothing that must be escaped.
std::string attributes_of(const FormPart& part) {
  std::string out;
  if (!part.language.empty()) out += fmt::format(" lang=\"{}\"", part.language);
  if (part.required) out += " aria-required=\"true\"";
  if (const auto ids = described_by(part); !ids.empty())
    out += fmt::format(" aria-describedby=\"{}\"", ids);
  if (!part.faults.empty()) out += " aria-invalid=\"true\"";
  if (part.focus) out += " autofocus";
  return out;
}

Data options_data(const FormPart& part) {
  Data list{Data::type::list};
  for (std::size_t i = 0; i < part.options.size(); ++i) {
    const FormPart::Option& option = part.options[i];
    const bool grouped = !option.group.empty();
    Data item;
    item.set("value", option.value);
    item.set("option_label", option.label);
    item.set("option_id", fmt::format("{}.{}", part.id, i));
    item.set("chosen", option.chosen);
    item.set("first_focus", part.focus && i == 0);
    item.set("opens", grouped && (i == 0 || part.options[i - 1].group != option.group)
                          ? Data(option.group)
                          : Data(false));
    item.set("closes", grouped && (i + 1 == part.options.size() ||
                                   part.options[i + 1].group != option.group));
    list.push_back(item);
  }
  return list;
}

const char* class_of(Kind kind) {
  switch (kind) {
    case Kind::kList:
      return "list";
    case Kind::kLanguages:
      return "pair";
    case Kind::kChoices:
      return "choices";
    default:
      return "group";
  }
}

bool is_group(Kind kind) {
  return kind == Kind::kGroup || kind == Kind::kList || kind == Kind::kLanguages ||
         kind == Kind::kChoices || kind == Kind::kKept;
}

/// Fills one of two templates, which are read once for a form, for each part.
class PartRenderer {
 public:
  explicit PartRenderer(const PageFrame& frame)
      : frame_(frame),
        texts_(*new_page(frame).get("t")),
        group_(read_template("entry-form-group.html")),
        field_(read_template("entry-form-field.html")) {}

  std::string render(const std::vector<FormPart>& parts) {
    std::string html;
    for (const FormPart& part : parts) html += render(part);
    return html;
  }

 private:
  std::string render(const FormPart& part) {
    Data data;
    data.set("t", texts_);
    set_common(data, part);
    if (is_group(part.kind)) {
      set_group(data, part);
      return group_.render(data);
    }
    set_field(data, part);
    return field_.render(data);
  }

  static void set_common(Data& data, const FormPart& part) {
    data.set("id", part.id);
    data.set("pointer", part.pointer);
    data.set("label", part.label);
    data.set("help", present(part.help));
    data.set("required", part.required);
    data.set("kept", present(part.kept));
    data.set("has_faults", !part.faults.empty());
    data.set("faults", words_list(part.faults));
    data.set("has_warnings", !part.warnings.empty());
    data.set("warnings", words_list(part.warnings));
    data.set("focus", part.focus && part.kind != Kind::kChoices);
  }

  void set_group(Data& data, const FormPart& part) {
    const std::string inner = part.kind == Kind::kLanguages
                                  ? "<div class=\"both\">\n" + render(part.parts) + "</div>\n"
                                  : render(part.parts);
    data.set("class", class_of(part.kind));
    data.set("described", present(described_by(part)));
    data.set("shown", part.kind == Kind::kKept ? present(part.value) : Data(false));
    data.set("content", inner);
    data.set("options", part.kind == Kind::kChoices ? options_data(part) : Data{Data::type::list});
    const TextArguments named = {{"label", part.label}};
    data.set("add", part.can_add ? say(frame_, "form.add", named) : Data(false));
    data.set("remove", part.can_remove ? say(frame_, "form.remove", named) : Data(false));
  }

  static void set_field(Data& data, const FormPart& part) {
    const bool select = part.kind == Kind::kChoice;
    const bool lines = !select && part.rows > 0;
    data.set("select", select);
    data.set("options", select ? options_data(part) : Data{Data::type::list});
    data.set("rows", lines ? Data(std::to_string(part.rows)) : Data(false));
    data.set("input",
             select || lines ? Data(false) : Data(part.kind == Kind::kDate ? "date" : "text"));
    data.set("mode", present(part.input_mode));
    data.set("value", part.value);
    data.set("attributes", attributes_of(part));
  }

  const PageFrame& frame_;
  Data texts_;
  kainjow::mustache::mustache group_, field_;
};

Data faults_data(const FormView& view, bool warnings) {
  Data list{Data::type::list};
  for (const FormFault& fault : view.faults) {
    if (fault.warning != warnings) continue;
    Data item;
    item.set("words", fault.words);
    item.set("href", fault.id.empty() ? Data(false) : Data("#" + fault.id));
    list.push_back(item);
  }
  return list;
}

/// "2 more: Evidence, Cost"; empty if there are none.
std::string labels_in_words(Language language, const std::vector<FormPart>& parts) {
  if (parts.empty()) return {};
  std::string labels;
  for (const FormPart& part : parts) labels.append(labels.empty() ? "" : ", ").append(part.label);
  return text(language, "form.more", {{"count", std::to_string(parts.size())}, {"labels", labels}});
}

}  // namespace

std::string render_entry_form(const PageFrame& frame, const FormView& view) {
  Data page = new_page(frame);
  for (const bool warnings : {false, true}) {
    const Data list = faults_data(view, warnings);
    page.set(warnings ? "has_warnings" : "has_faults", list.is_non_empty_list());
    page.set(warnings ? "warnings" : "faults", list);
  }
  PartRenderer parts(frame);
  Data sections{Data::type::list};
  for (const FormSection& section : view.sections) {
    Data item;
    item.set("id", section.id);
    item.set("title", section.title);
    item.set("content", parts.render(section.parts));
    item.set("more", present(labels_in_words(frame.language, section.folded)));
    item.set("folded", parts.render(section.folded));
    sections.push_back(item);
  }
  page.set("sections", sections);
  return fill_template("entry-form.html", page);
}

}  // namespace dure::node
