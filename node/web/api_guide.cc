// SPDX-License-Identifier: Apache-2.0
#include "web/api_guide.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "web/openapi.h"
#include "web/page_frame.h"

namespace dure::node {
namespace {

using Json = nlohmann::ordered_json;

// Private-use characters, replaced by what is this node's when a page is asked for.
constexpr std::string_view kBaseUrl = "\xEE\x80\x90", kId = "\xEE\x80\x91", kHash = "\xEE\x80\x92";

bool has_hangul(std::string_view text) {
  // U+AC00 to U+D7A3 begin with the bytes EA to ED; nothing else in the document does.
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '\xEA' && c <= '\xED'; });
}

const Json& resolved(const Json& document, const Json& node) {
  const auto ref = node.find("$ref");
  if (ref == node.end()) return node;
  const auto& name = ref->get_ref<const std::string&>();
  return name.starts_with("#/") ? document.at(Json::json_pointer(name.substr(1))) : node;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const Json& one : value) list.append(list.empty() ? "" : ",").append(plain(one));
  return list;
}

class Writer {
 public:
  Writer(const Json& document, Language language) : document_(document) {
    frame_.language = language;
  }

  std::string content() const {
    Data page = new_page(frame_);
    const Json& info = document_.at("info");
    page.set("lead", words(info.at("summary")));
    page.set("about", paragraphs(info.at("description")));
    Data tags{Data::type::list};
    for (const Json& tag : document_.at("tags")) tags.push_back(tag_data(tag));
    page.set("tags", tags);
    Data everywhere{Data::type::list};
    for (const auto& [name, answer] : document_.at("components").at("responses").items()) {
      if (answer.contains("x-common")) everywhere.push_back(answer_data(status_of(name), answer));
    }
    page.set("everywhere", everywhere);
    return fill_template("api.html", page);
  }

 private:
  std::string words(const Json& both) const {
    std::string out;
    for (const auto& part : openapi_words(frame_.language, both.get_ref<const std::string&>()))
      out.append(out.empty() ? "" : " ").append(part);
    return out;
  }

  Data paragraphs(const Json& both) const {
    Data list{Data::type::list};
    for (const auto& part : openapi_words(frame_.language, both.get_ref<const std::string&>())) {
      Data paragraph;
      paragraph.set("paragraph", part);
      list.push_back(paragraph);
    }
    return list;
  }

  Data in_korean(std::string_view text) const {
    const bool foreign = frame_.language == Language::kEn && has_hangul(text);
    return foreign ? Data(std::string("ko")) : Data(false);
  }

  Data tag_data(const Json& tag) const {
    Data data;
    const auto& name = tag.at("name").get_ref<const std::string&>();
    data.set("tag", name);
    data.set("tag_name", words(tag.at("x-displayName")));
    data.set("tag_about", words(tag.at("description")));
    Data operations{Data::type::list};
    for (const auto& [path, methods] : document_.at("paths").items()) {
      for (const auto& [method, operation] : methods.items()) {
        if (operation.at("tags").at(0) == name)
          operations.push_back(operation_data(path, method, operation));
      }
    }
    data.set("operations", operations);
    return data;
  }

  Data operation_data(const std::string& path, const std::string& method,
                      const Json& operation) const {
    Data data;
    data.set("id", operation.at("operationId").get<std::string>());
    data.set("summary", words(operation.at("summary")));
    data.set("method", method == "post" ? "POST" : "GET");
    data.set("path", path);
    data.set("description", paragraphs(operation.at("description")));
    const std::string command = operation.contains("x-curl") ? curl(path, operation) : "";
    data.set("curl", present(command));
    data.set("curl_language", in_korean(command));
    Data parameters{Data::type::list};
    const Json none = Json::array();
    for (const Json& one : operation.contains("parameters") ? operation.at("parameters") : none)
      parameters.push_back(parameter_data(resolved(document_, one)));
    data.set("has_parameters", !parameters.is_empty_list());
    data.set("parameters", parameters);
    Data answers{Data::type::list};
    for (const auto& [status, given] : operation.at("responses").items()) {
      const Json& answer = resolved(document_, given);
      if (!answer.contains("x-common")) answers.push_back(answer_data(status, answer));
    }
    data.set("answers", answers);
    return data;
  }

  /// The status under which operations refer to a response that is common to all.
  std::string status_of(const std::string& response) const {
    const std::string ref = "#/components/responses/" + response;
    for (const Json& methods : document_.at("paths")) {
      for (const Json& operation : methods) {
        for (const auto& [status, answer] : operation.at("responses").items()) {
          if (answer.value("$ref", "") == ref) return status;
        }
      }
    }
    return {};
  }

  Data parameter_data(const Json& parameter) const {
    Data data;
    data.set("name", parameter.at("name").get<std::string>());
    data.set("about", words(parameter.at("description")));
    const std::string all = details(parameter);
    data.set("details", present(all));
    data.set("details_language", in_korean(all));
    return data;
  }

  // What is required, allowed, assumed: "Values: rank, modified; default rank".
  std::string details(const Json& parameter) const {
    std::string out;
    const auto add = [&out](const std::string& one) { out.append(out.empty() ? "" : "; ") += one; };
    const auto say = [this](const char* key, const TextArguments& args = {}) {
      return text(frame_.language, key, args);
    };
    if (parameter.at("in") == "header") add(say("pages.api.in-header"));
    if (parameter.value("required", false)) add(say("pages.api.required"));
    const Json& outer = resolved(document_, parameter.at("schema"));
    const Json& schema = outer.contains("items") ? outer.at("items") : outer;
    if (schema.contains("enum")) add(say("pages.api.values") + ": " + listed(schema.at("enum")));
    if (schema.contains("minimum") && schema.contains("maximum"))
      add(say("pages.api.from-to",
              {{"least", plain(schema.at("minimum"))}, {"most", plain(schema.at("maximum"))}}));
    if (schema.contains("default"))
      add(say("pages.api.default", {{"value", plain(schema.at("default"))}}));
    if (parameter.contains("example") && !schema.contains("enum"))
      add(say("pages.api.example") + " " + plain(parameter.at("example")));
    return out;
  }

  static std::string listed(const Json& values) {
    std::string list;
    for (const Json& one : values) list.append(list.empty() ? "" : ", ").append(plain(one));
    return list;
  }

  Data answer_data(const std::string& status, const Json& answer) const {
    Data data;
    data.set("status", status);
    data.set("about", words(answer.at("description")));
    std::string media;
    Data examples{Data::type::list};
    const Json none = Json::object();
    for (const auto& [type, content] :
         (answer.contains("content") ? answer.at("content") : none).items()) {
      media.append(media.empty() ? "" : ", ").append(type);
      if (content.contains("example"))
        examples.push_back(example_data(status, content.at("example")));
      if (!content.contains("examples")) continue;
      for (const Json& one : content.at("examples"))
        examples.push_back(example_data(status, one.at("value")));
    }
    data.set("media", present(media));
    data.set("examples", examples);
    return data;
  }

  Data example_data(const std::string& status, const Json& example) const {
    Data data;
    const std::string shown = example.is_string() ? example.get<std::string>() : example.dump(2);
    data.set("example_of", say(frame_, "pages.api.example-of", {{"status", status}}));
    data.set("example", shown);
    data.set("example_language", in_korean(shown));
    return data;
  }

  // A command for a shell. What the document says holds no quote; what is this node's is checked.
  std::string curl(std::string path, const Json& operation) const {
    replace_all(path, "{id}", kId);
    replace_all(path, "{hash}", kHash);
    const Json none = Json::array();
    for (const Json& one : operation.contains("parameters") ? operation.at("parameters") : none) {
      const Json& parameter = resolved(document_, one);
      if (parameter.at("in") == "path")
        replace_all(path, fmt::format("{{{}}}", parameter.at("name").get<std::string>()),
                    plain(parameter.at("example")));
    }
    const Json& how = operation.at("x-curl");
    std::string command = "curl";
    if (how.contains("save")) command += " --output " + plain(how.at("save"));
    if (how.contains("query")) command += " --get";
    if (how.contains("accept"))
      command += fmt::format(" --header 'Accept: {}'", plain(how.at("accept")));
    command += fmt::format(" '{}{}'", kBaseUrl, path);
    const Json empty = Json::object();
    for (const auto& [name, value] : (how.contains("query") ? how.at("query") : empty).items())
      command += fmt::format(" \\\n  --data-urlencode '{}={}'", name, plain(value));
    return command;
  }

  const Json& document_;
  PageFrame frame_;
};

std::string example_id(const Json& document) {
  return document.at("components").at("parameters").at("Id").at("example").get<std::string>();
}

}  // namespace

ApiGuide::ApiGuide() {
  const Json document = Json::parse(openapi_document());
  korean_ = Writer(document, Language::kKo).content();
  english_ = Writer(document, Language::kEn).content();
  example_id_ = example_id(document);
}

std::string ApiGuide::render(const PageFrame& frame, const ApiGuideView& view) const {
  std::string content = frame.language == Language::kKo ? korean_ : english_;
  replace_all(content, kBaseUrl, kainjow::mustache::html_escape(view.base_url));
  replace_all(content, kId,
              kainjow::mustache::html_escape(view.id.empty() ? example_id_ : view.id));
  replace_all(content, kHash, kainjow::mustache::html_escape(view.origin_hash));
  return in_layout(frame, text(frame.language, "pages.api.title"), content);
}

}  // namespace dure::node
