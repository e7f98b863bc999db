// SPDX-License-Identifier: Apache-2.0
#include "formats/turtle.h"

#include <fmt/format.h>

#include <algorithm>

namespace dure::node {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

/// A name after its prefix that Turtle takes without escapes.
bool is_plain_local(std::string_view local) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto later = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !local.empty() && letter(local.front()) && std::all_of(local.begin(), local.end(), later);
}

void append_name(std::string& out, std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos && is_plain_local(name.substr(colon + 1)) &&
      expand_name(name) != name) {
    out += name;
  } else {
    out += '<' + expand_name(name) + '>';
  }
}

void append_properties(std::string& out, const RdfNode& node, const std::string& indent);

void append_value(std::string& out, const RdfValue& value, const std::string& indent) {
  switch (value.kind) {
    case RdfValue::Kind::kIri:
      out += '<' + value.text + '>';
      return;
    case RdfValue::Kind::kText:
      append_quoted(out, value.text);
      out += '@' + value.tag;
      return;
    case RdfValue::Kind::kPlain:
      append_quoted(out, value.text);
      return;
    case RdfValue::Kind::kTyped:
      append_quoted(out, value.text);
      out += "^^";
      append_name(out, value.tag);
      return;
    case RdfValue::Kind::kNode:
      break;
  }
  if (value.node == nullptr) {
    out += "[]";
    return;
  }
  out += '[';
  append_properties(out, *value.node, indent + "  ");
  out += ']';
}

void append_types(std::string& out, const RdfNode& node) {
  const char* separator = "a ";
  for (const std::string& type : node.types) {
    out += separator;
    append_name(out, type);
    separator = ", ";
  }
}

void append_properties(std::string& out, const RdfNode& node, const std::string& indent) {
  bool any = !node.types.empty();
  out += ' ';
  append_types(out, node);
  for (const auto& [property, value] : node.properties) {
    if (any) out += " ;\n" + indent;
    any = true;
    append_name(out, property);
    out += ' ';
    append_value(out, value, indent);
  }
}

/// Named things inside others, which Turtle cannot write in place.
void take_out(const RdfNode& node, RdfNode& rest, std::vector<RdfNode>& named) {
  rest.id = node.id;
  rest.types = node.types;
  for (const auto& [property, value] : node.properties) {
    if (value.kind != RdfValue::Kind::kNode || value.node == nullptr) {
      rest.add(property, value);
      continue;
    }
    RdfNode inner;
    take_out(*value.node, inner, named);
    if (inner.id.empty()) {
      rest.add(property, rdf_node(std::move(inner)));
    } else {
      rest.add(property, RdfValue{RdfValue::Kind::kIri, inner.id, {}, {}});
      named.push_back(std::move(inner));
    }
  }
}

void append_statement(std::string& out, const RdfNode& node) {
  if (node.types.empty() && node.properties.empty()) return;
  out += node.id.empty() ? std::string("[]") : '<' + node.id + '>';
  append_properties(out, node, "  ");
  out += " .\n";
}

}  // namespace

std::string TurtleWriter::open() {
  std::string out;
  for (const RdfPrefix& prefix : rdf_prefixes())
    out += fmt::format("@prefix {}: <{}> .\n", prefix.name, prefix.iri);
  return out;
}

std::string TurtleWriter::append(const RdfNode& node) {
  RdfNode rest;
  std::vector<RdfNode> named;
  take_out(node, rest, named);
  std::string out = "\n";
  append_statement(out, rest);
  for (const RdfNode& inner : named) append_statement(out, inner);
  return out;
}

}  // namespace dure::node
