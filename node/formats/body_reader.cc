// SPDX-License-Identifier: Apache-2.0
#include "formats/body_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "formats/moments.h"

namespace dure::node {

const BodyJson* member_of(const BodyJson* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

std::string string_of(const BodyJson* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

void each_of(const BodyJson* array, const std::function<void(const BodyJson&)>& visit) {
  if (array == nullptr || !array->is_array()) return;
  for (const BodyJson& element : *array) {
    if (element.is_object() || element.is_string()) visit(element);
  }
}

std::string words_of(const BodyJson* texts) {
  std::string plain = string_of(texts);
  if (!plain.empty()) return plain;
  const std::string korean = string_of(member_of(texts, "ko"));
  return korean.empty() ? string_of(member_of(texts, "en")) : korean;
}

bool add_texts(RdfNode& node, std::string_view property, const BodyJson* texts) {
  bool any = false;
  const auto add = [&](const std::string& text, std::string_view language) {
    if (text.empty()) return;
    node.add(property, rdf_text(text, language));
    any = true;
  };
  add(string_of(texts), "ko");
  for (const char* language : {"ko", "en"}) add(string_of(member_of(texts, language)), language);
  return any;
}

bool add_moment(RdfNode& node, std::string_view property, const BodyJson* value) {
  const std::string text = string_of(value);
  const std::string_view datatype = moment_datatype(text);
  if (datatype.empty()) return false;
  node.add(property, rdf_typed(text, datatype));
  return true;
}

bool is_web_address(std::string_view text) {
  const auto begins = [&](std::string_view scheme) {
    if (text.size() <= scheme.size()) return false;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
      const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
      if (c != scheme[i]) return false;
    }
    return text[scheme.size()] != '/';
  };
  return begins("http://") || begins("https://");
}

bool add_address(RdfNode& node, std::string_view property, const BodyJson* value) {
  const std::string text = string_of(value);
  if (!is_web_address(text)) return false;
  node.add(property, rdf_iri(text));
  return true;
}

bool add_decimal(RdfNode& node, std::string_view property, const BodyJson* value) {
  if (value == nullptr || !value->is_number()) return false;
  const auto number = value->get<double>();
  if (!std::isfinite(number) || std::fabs(number) > 1e15) return false;
  std::string text = fmt::format("{:.6f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  node.add(property, rdf_typed(text == "-0" ? "0" : text, "xsd:decimal"));
  return true;
}

bool add_double(RdfNode& node, std::string_view property, const BodyJson* value) {
  if (value == nullptr || !value->is_number()) return false;
  const auto number = value->get<double>();
  if (!std::isfinite(number)) return false;
  const std::string text = fmt::format("{:.15e}", number);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  mantissa.erase(mantissa.find_last_not_of('0') + 1);
  if (mantissa.back() == '.') mantissa += '0';
  const int exponent = std::atoi(text.c_str() + e + 1);
  node.add(property, rdf_typed(fmt::format("{}E{}", mantissa, exponent), "xsd:double"));
  return true;
}

bool add_integer(RdfNode& node, std::string_view property, const BodyJson* value) {
  if (value == nullptr || !value->is_number_integer()) return false;
  node.add(property, rdf_typed(value->dump(), "xsd:integer"));
  return true;
}

}  // namespace dure::node
