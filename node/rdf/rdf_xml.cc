// SPDX-License-Identifier: Apache-2.0
// RDF/XML (W3C 2014) over libxml2's tree. A document type is refused before libxml2 sees it, so
// there are no entities; libxml2 keeps its own bound on depth.
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>

#include "rdf/freed_by.h"
#include "rdf/rdf_reader.h"

namespace dure::node {
namespace {

using Context = std::unique_ptr<xmlParserCtxt, FreedBy<xmlFreeParserCtxt>>;
using Document = std::unique_ptr<xmlDoc, FreedBy<xmlFreeDoc>>;

constexpr std::string_view kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

std::string text_of(const xmlChar* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

std::string name_of(const xmlNs* space, const xmlChar* name) {
  return (space == nullptr ? std::string() : text_of(space->href)) + text_of(name);
}

std::string value_of(const xmlAttr& attribute) {
  std::string out;
  for (const xmlNode* part = attribute.children; part != nullptr; part = part->next)
    out += text_of(part->content);
  return out;
}

Error malformed(int line) {
  return {ErrorCode::kMalformed,
          "not valid RDF/XML",
          "schema.rdf.xml",
          {{"line", std::to_string(line)}}};
}

/// Whether the prolog, all before the first element, has a document type.
bool has_document_type(std::string_view text) {
  while (true) {
    const auto open = text.find('<');
    if (open == std::string_view::npos) return false;
    text.remove_prefix(open);
    std::string_view end;
    if (text.starts_with("<!--")) {
      end = "-->";
    } else if (text.starts_with("<?")) {
      end = "?>";
    } else {
      return text.starts_with("<!");
    }
    const auto close = text.find(end);
    if (close == std::string_view::npos) return false;
    text.remove_prefix(close + end.size());
  }
}

/// What is inherited from the elements around.
struct Around {
  std::string base, language;
};

class Reader {
 public:
  explicit Reader(std::string_view base) : base_(base) {}

  Status document(const xmlNode& root) {
    const auto around = inherit({base_, {}}, root);
    if (name_of(root.ns, root.name) != std::string(kRdf) + "RDF") {
      auto read = node(root, {base_, {}}, 0);
      return read ? ok() : Status(std::move(read).error());
    }
    for (const xmlNode* child = root.children; child != nullptr; child = child->next) {
      if (child->type != XML_ELEMENT_NODE) continue;
      if (auto read = node(*child, around, 0); !read) return std::move(read).error();
    }
    return ok();
  }

  Graph graph;

 private:
  static Around inherit(Around around, const xmlNode& element) {
    for (const xmlAttr* attribute = element.properties; attribute != nullptr;
         attribute = attribute->next) {
      const auto name = name_of(attribute->ns, attribute->name);
      if (name == std::string(kXml) + "lang") around.language = lower_case(value_of(*attribute));
      if (name == std::string(kXml) + "base")
        around.base = resolve_iri(around.base, value_of(*attribute));
    }
    return around;
  }

  Term blank() { return {Term::Kind::kBlank, "g" + std::to_string(++blanks_), {}}; }

  /// The subject or object that the attributes of `element` name.
  std::optional<Term> named(const xmlNode& element, const Around& around,
                            std::initializer_list<std::string_view> names) {
    for (const xmlAttr* attribute = element.properties; attribute != nullptr;
         attribute = attribute->next) {
      const auto name = name_of(attribute->ns, attribute->name);
      for (const auto wanted : names) {
        if (name != std::string(kRdf).append(wanted)) continue;
        const auto value = value_of(*attribute);
        if (wanted == "nodeID") return Term{Term::Kind::kBlank, "n" + value, {}};
        return Term{
            Term::Kind::kIri, resolve_iri(around.base, wanted == "ID" ? "#" + value : value), {}};
      }
    }
    return std::nullopt;
  }

  Status attributes(const Term& subject, const xmlNode& element, const Around& around) {
    for (const xmlAttr* attribute = element.properties; attribute != nullptr;
         attribute = attribute->next) {
      const auto name = name_of(attribute->ns, attribute->name);
      const bool ours = name.starts_with(kRdf) || name.starts_with(kXml);
      if (attribute->ns == nullptr || (ours && name != std::string(kRdf) + "type")) continue;
      Term object{Term::Kind::kLiteral, value_of(*attribute), around.language};
      if (ours) object = {Term::Kind::kIri, resolve_iri(around.base, object.value), {}};
      if (auto added = graph.add(subject, name, std::move(object)); !added) return added;
    }
    return ok();
  }

  Result<Term> node(const xmlNode& element, const Around& outer, std::size_t depth) {
    if (depth > kMaxRdfDepth)
      return Error{ErrorCode::kTooLarge, "too deep", "schema.rdf.depth", {}};
    const auto around = inherit(outer, element);
    const auto subject = named(element, around, {"about", "ID", "nodeID"}).value_or(blank());
    const auto type = name_of(element.ns, element.name);
    if (element.ns == nullptr) return malformed(element.line);
    if (type != std::string(kRdf) + "Description") {
      if (auto added = graph.add(subject, std::string(kRdf) + "type", {Term::Kind::kIri, type, {}});
          !added)
        return std::move(added).error();
    }
    if (auto added = attributes(subject, element, around); !added) return std::move(added).error();
    if (auto read = properties(subject, element, around, depth); !read)
      return std::move(read).error();
    return subject;
  }

  Status properties(const Term& subject, const xmlNode& element, const Around& around,
                    std::size_t depth) {
    for (const xmlNode* child = element.children; child != nullptr; child = child->next) {
      if (child->type != XML_ELEMENT_NODE) continue;
      if (child->ns == nullptr) return malformed(child->line);
      if (auto read = property(subject, *child, around, depth + 1); !read) return read;
    }
    return ok();
  }

  Status property(const Term& subject, const xmlNode& element, const Around& outer,
                  std::size_t depth) {
    const auto around = inherit(outer, element);
    const auto predicate = name_of(element.ns, element.name);
    const auto parse_type = attribute_of(element, "parseType");
    if (parse_type == "Resource") {
      if (depth > kMaxRdfDepth)
        return Error{ErrorCode::kTooLarge, "too deep", "schema.rdf.depth", {}};
      const auto object = blank();
      if (auto added = graph.add(subject, predicate, object); !added) return added;
      return properties(object, element, around, depth);
    }
    if (const auto object = named(element, around, {"resource", "nodeID"})) {
      if (auto added = graph.add(subject, predicate, *object); !added) return added;
      return attributes(*object, element, around);
    }
    if (parse_type != "Literal" && has_elements(element))
      return inner_nodes(subject, predicate, element, around, depth);
    const bool typed = !attribute_of(element, "datatype").empty();
    return graph.add(subject, predicate,
                     {Term::Kind::kLiteral, content_of(element, depth),
                      typed ? std::string() : around.language});
  }

  static bool has_elements(const xmlNode& element) {
    for (const xmlNode* child = element.children; child != nullptr; child = child->next) {
      if (child->type == XML_ELEMENT_NODE) return true;
    }
    return false;
  }

  Status inner_nodes(const Term& subject, const std::string& predicate, const xmlNode& element,
                     const Around& around, std::size_t depth) {
    for (const xmlNode* child = element.children; child != nullptr; child = child->next) {
      if (child->type != XML_ELEMENT_NODE) continue;
      auto object = node(*child, around, depth + 1);
      if (!object) return std::move(object).error();
      if (auto added = graph.add(subject, predicate, std::move(*object)); !added) return added;
    }
    return ok();
  }

  static std::string attribute_of(const xmlNode& element, std::string_view wanted) {
    for (const xmlAttr* attribute = element.properties; attribute != nullptr;
         attribute = attribute->next) {
      if (name_of(attribute->ns, attribute->name) == std::string(kRdf).append(wanted))
        return value_of(*attribute);
    }
    return {};
  }

  /// The text inside, that of an XML literal without its tags.
  static std::string content_of(const xmlNode& element, std::size_t depth) {
    std::string out;
    for (const xmlNode* child = element.children; child != nullptr; child = child->next) {
      if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
        out += text_of(child->content);
      if (child->type == XML_ELEMENT_NODE && depth < 4 * kMaxRdfDepth)
        out += content_of(*child, depth + 1);
    }
    return out;
  }

  std::string base_;
  std::size_t blanks_ = 0;
};

}  // namespace

Result<Graph> read_rdf_xml(std::string_view text, std::string_view base) {
  if (has_document_type(text))
    return Error{ErrorCode::kUnsupported, "a document type", "schema.rdf.doctype", {}};
  const Context context(xmlNewParserCtxt());
  if (!context) return Error{ErrorCode::kInternal, "libxml2 does not start"};
  // Nothing from the network, no document type, and no words of libxml2 on the terminal. The text
  // is UTF-8 whatever its first line says.
  const Document document(
      xmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  const auto* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (root == nullptr) return malformed(context->lastError.line);
  Reader reader(base);
  if (auto read = reader.document(*root); !read) return std::move(read).error();
  return std::move(reader.graph);
}

}  // namespace dure::node
