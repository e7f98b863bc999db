// SPDX-License-Identifier: Apache-2.0
// JSON-LD as catalogues use it, to triples. The order of lists is not kept: no member of ours needs
// it.
#include <nlohmann/json.hpp>

#include "rdf/json_ld_context.h"
#include "rdf/rdf_reader.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr const char* kType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
constexpr std::size_t kMostContexts = 1000;

/// How deep brackets stand in one another, strings apart.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0, deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!quoted && (c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

class Reader {
 public:
  Status document(const Json& json, const JsonLdContext& context) {
    if (json.is_array()) {
      for (const auto& each : json) {
        if (auto read = document(each, context); !read) return read;
      }
      return ok();
    }
    if (!json.is_object())
      return Error{ErrorCode::kMalformed, "not an object", "schema.rdf.json", {}};
    auto read = node(json, context);
    return read ? ok() : Status(std::move(read).error());
  }

  Graph graph;

 private:
  Term blank() { return {Term::Kind::kBlank, "g" + std::to_string(++blanks_), {}}; }

  static Term reference(std::string iri) {
    if (iri.starts_with("_:")) return {Term::Kind::kBlank, "n" + iri.substr(2), {}};
    return {Term::Kind::kIri, std::move(iri), {}};
  }

  Result<Term> node(const Json& object, const JsonLdContext& outer) {
    if (!object.contains("@context")) return members(object, outer);
    if (++contexts_ > kMostContexts) return json_ld_not_read("@context");
    JsonLdContext context = outer;
    if (auto applied = context.apply(object["@context"]); !applied)
      return std::move(applied).error();
    return members(object, context);
  }

  Result<Term> members(const Json& object, const JsonLdContext& context) {
    Term subject = blank();
    for (const auto& [name, value] : object.items()) {
      if (context.keyword_of(name) == "@id" && value.is_string())
        subject = reference(context.reference_iri(value.get_ref<const std::string&>()));
    }
    for (const auto& [name, value] : object.items()) {
      const auto keyword = context.keyword_of(name);
      auto done = keyword.starts_with('@') ? keyword_member(subject, keyword, value, context)
                                           : property(subject, name, value, context);
      if (!done) return std::move(done).error();
    }
    return subject;
  }

  Status keyword_member(const Term& subject, const std::string& keyword, const Json& value,
                        const JsonLdContext& context) {
    if (keyword == "@type") return types(subject, value, context);
    if (keyword == "@graph" || keyword == "@included") return document(value, context);
    if (keyword == "@reverse") return reversed(subject, value, context);
    const bool silent = keyword == "@id" || keyword == "@context" || keyword == "@index";
    return silent ? ok() : Status(json_ld_not_read(keyword));
  }

  Status types(const Term& subject, const Json& value, const JsonLdContext& context) {
    for (const auto& type : value.is_array() ? value : Json::array({value})) {
      if (!type.is_string()) continue;
      const auto& name = type.get_ref<const std::string&>();
      auto iri = context.property_iri(name);
      if (iri.empty()) iri = context.reference_iri(name);
      if (auto added = graph.add(subject, kType, reference(std::move(iri))); !added) return added;
    }
    return ok();
  }

  Status reversed(const Term& object, const Json& value, const JsonLdContext& context) {
    if (!value.is_object()) return json_ld_not_read("@reverse");
    for (const auto& [name, subjects] : value.items()) {
      const auto predicate = context.property_iri(name);
      for (const auto& each : subjects.is_array() ? subjects : Json::array({subjects})) {
        if (auto said = say_of(each, predicate, object, context); !said) return said;
      }
    }
    return ok();
  }

  Status say_of(const Json& subject, const std::string& predicate, const Term& object,
                const JsonLdContext& context) {
    if (!subject.is_object()) return json_ld_not_read("@reverse");
    const auto named = node(subject, context);
    if (!named) return named.error();
    return predicate.empty() ? ok() : graph.add(*named, predicate, object);
  }

  Status property(const Term& subject, const std::string& name, const Json& value,
                  const JsonLdContext& context) {
    const auto predicate = context.property_iri(name);
    if (predicate.empty()) return ok();  // means nothing
    static const JsonLdTerm kPlain;
    const auto* found = context.find(name);
    const JsonLdTerm& term = found == nullptr ? kPlain : *found;
    if (term.container == "@language" && value.is_object())
      return languages(subject, predicate, value);
    if (term.container == "@index" && value.is_object()) {
      for (const auto& each : value) {
        if (auto added = values(subject, predicate, term, each, context); !added) return added;
      }
      return ok();
    }
    return values(subject, predicate, term, value, context);
  }

  Status languages(const Term& subject, const std::string& predicate, const Json& value) {
    for (const auto& [language, texts] : value.items()) {
      for (const auto& each : texts.is_array() ? texts : Json::array({texts})) {
        if (!each.is_string()) continue;
        Term literal{Term::Kind::kLiteral, each.get<std::string>(),
                     language == "@none" ? std::string() : lower_case(language)};
        if (auto added = graph.add(subject, predicate, std::move(literal)); !added) return added;
      }
    }
    return ok();
  }

  Status values(const Term& subject, const std::string& predicate, const JsonLdTerm& term,
                const Json& value, const JsonLdContext& context) {
    if (value.is_null()) return ok();
    if (value.is_array()) {
      for (const auto& each : value) {
        if (auto added = values(subject, predicate, term, each, context); !added) return added;
      }
      return ok();
    }
    if (value.is_object()) {
      for (const char* list : {"@list", "@set"}) {
        if (value.contains(list)) return values(subject, predicate, term, value[list], context);
      }
    }
    auto object = value.is_object() ? object_value(value, context)
                                    : Result<Term>(plain_value(term, value, context));
    if (!object) return std::move(object).error();
    return graph.add(subject, predicate, std::move(*object));
  }

  Result<Term> object_value(const Json& value, const JsonLdContext& context) {
    for (const auto& [name, inner] : value.items()) {
      if (context.keyword_of(name) == "@value") return value_object(value, inner, context);
    }
    return node(value, context);
  }

  static Term value_object(const Json& value, const Json& inner, const JsonLdContext& context) {
    Term literal{
        Term::Kind::kLiteral, inner.is_string() ? inner.get<std::string>() : inner.dump(), {}};
    for (const auto& [name, said] : value.items()) {
      if (context.keyword_of(name) == "@language" && said.is_string())
        literal.language = lower_case(said.get<std::string>());
    }
    return literal;
  }

  static Term plain_value(const JsonLdTerm& term, const Json& value, const JsonLdContext& context) {
    if (!value.is_string()) return {Term::Kind::kLiteral, value.dump(), {}};
    const auto& text = value.get_ref<const std::string&>();
    if (term.type == "@id") return reference(context.reference_iri(text));
    if (term.type == "@vocab") {
      auto iri = context.property_iri(text);
      return reference(iri.empty() ? context.reference_iri(text) : std::move(iri));
    }
    const bool typed = !term.type.empty() && term.type != "@none";
    return {Term::Kind::kLiteral, text,
            typed ? std::string() : lower_case(term.language.value_or(context.language()))};
  }

  std::size_t blanks_ = 0, contexts_ = 0;
};

}  // namespace

Result<Graph> read_json_ld(std::string_view text, std::string_view base) try {
  if (depth_of(text) > kMaxRdfDepth)
    return Error{ErrorCode::kTooLarge, "too deep", "schema.rdf.depth", {}};
  const auto json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded())
    return Error{ErrorCode::kMalformed, "not valid JSON", "schema.rdf.json", {}};
  Reader reader;
  if (auto read = reader.document(json, JsonLdContext(base)); !read) return std::move(read).error();
  return std::move(reader.graph);
} catch (const Json::exception& exception) {
  return Error{ErrorCode::kInternal, printable(exception.what())};
}

}  // namespace dure::node
