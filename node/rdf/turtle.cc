// SPDX-License-Identifier: Apache-2.0
// Turtle by serd, which reads strictly. serd descends once for each bracket, so brackets are
// counted before it starts.
#include <serd/serd.h>

#include <algorithm>
#include <memory>

#include "rdf/freed_by.h"
#include "rdf/rdf_reader.h"

namespace dure::node {
namespace {

using Reader = std::unique_ptr<SerdReader, FreedBy<serd_reader_free>>;
using Environment = std::unique_ptr<SerdEnv, FreedBy<serd_env_free>>;

/// Walks over Turtle without understanding it: how deep do brackets stand in one another?
class BracketDepth {
 public:
  explicit BracketDepth(std::string_view text) : text_(text) {}

  std::size_t deepest() {
    std::size_t depth = 0, deepest = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '#') skip_to('\n');
      if (c == '<') skip_to('>');
      if (c == '"' || c == '\'') skip_string(c);
      if (c == '[' || c == '(') deepest = std::max(deepest, ++depth);
      if ((c == ']' || c == ')') && depth > 0) --depth;
    }
    return deepest;
  }

 private:
  void skip_to(char end) { at_ = std::min(text_.find(end, at_), text_.size()); }

  void skip_string(char quote) {
    const bool is_long = text_.substr(at_, 3) == std::string(3, quote);
    const std::string end(is_long ? 3 : 1, quote);
    for (at_ += end.size(); at_ < text_.size() && text_.substr(at_, end.size()) != end; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + end.size() - 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view view(const SerdNode& node) {
  return {reinterpret_cast<const char*>(node.buf), node.n_bytes};
}

/// What serd's callbacks work on.
class Sink {
 public:
  explicit Sink(std::string_view base) {
    const SerdNode node = serd_node_from_string(SERD_URI, bytes(base_ = base));
    environment_.reset(serd_env_new(&node));
  }

  SerdStatus take(const SerdNode& subject, const SerdNode& predicate, const SerdNode& object,
                  const SerdNode* language) {
    if (!added_) return SERD_FAILURE;  // the first fault is the one that is told
    auto from = term(subject, nullptr);
    auto name = term(predicate, nullptr);
    auto to = term(object, language);
    if (!from || !name || !to) return SERD_ERR_BAD_CURIE;
    added_ = graph_.add(*from, std::move(name->value), std::move(*to));
    return added_ ? SERD_SUCCESS : SERD_FAILURE;
  }

  SerdEnv* environment() { return environment_.get(); }
  void failed(const SerdError& error) {
    if (line_ == 0) line_ = std::max(error.line, 1U);
  }

  Result<Graph> finish(SerdStatus status) {
    if (!added_) return std::move(added_).error();
    if (status != SERD_SUCCESS || line_ != 0) {
      return Error{ErrorCode::kMalformed,
                   "not valid Turtle",
                   "schema.rdf.turtle",
                   {{"line", std::to_string(std::max(line_, 1U))}}};
    }
    return std::move(graph_);
  }

 private:
  static const std::uint8_t* bytes(const std::string& text) {
    return reinterpret_cast<const std::uint8_t*>(text.c_str());
  }

  std::optional<Term> term(const SerdNode& node, const SerdNode* language) {
    if (node.type == SERD_LITERAL) {
      const auto tag = language == nullptr ? std::string_view() : view(*language);
      return Term{Term::Kind::kLiteral, std::string(view(node)), lower_case(tag)};
    }
    if (node.type == SERD_BLANK) return Term{Term::Kind::kBlank, std::string(view(node)), {}};
    SerdNode expanded = serd_env_expand_node(environment_.get(), &node);
    if (expanded.buf == nullptr) return std::nullopt;
    Term out{Term::Kind::kIri, std::string(view(expanded)), {}};
    serd_node_free(&expanded);
    return out;
  }

  std::string base_;
  Environment environment_;
  Graph graph_;
  Status added_ = ok();
  unsigned line_ = 0;
};

SerdStatus on_base(void* sink, const SerdNode* uri) {
  return serd_env_set_base_uri(static_cast<Sink*>(sink)->environment(), uri);
}
SerdStatus on_prefix(void* sink, const SerdNode* name, const SerdNode* uri) {
  return serd_env_set_prefix(static_cast<Sink*>(sink)->environment(), name, uri);
}
SerdStatus on_statement(void* sink, SerdStatementFlags /*flags*/, const SerdNode* /*graph*/,
                        const SerdNode* subject, const SerdNode* predicate, const SerdNode* object,
                        const SerdNode* /*datatype*/, const SerdNode* language) {
  return static_cast<Sink*>(sink)->take(*subject, *predicate, *object, language);
}
SerdStatus on_error(void* sink, const SerdError* error) {
  static_cast<Sink*>(sink)->failed(*error);
  return SERD_SUCCESS;
}

}  // namespace

Result<Graph> read_turtle(std::string_view text, std::string_view base) {
  if (BracketDepth(text).deepest() > kMaxRdfDepth)
    return Error{ErrorCode::kTooLarge, "too deep", "schema.rdf.depth", {}};
  const std::string whole(text);  // serd wants a zero at the end
  if (whole.find('\0') != std::string::npos)
    return Error{ErrorCode::kMalformed, "a NUL byte", "schema.rdf.utf8", {}};
  Sink sink(base);
  const Reader reader(
      serd_reader_new(SERD_TURTLE, &sink, nullptr, on_base, on_prefix, on_statement, nullptr));
  serd_reader_set_strict(reader.get(), true);
  serd_reader_set_error_sink(reader.get(), on_error, &sink);
  return sink.finish(
      serd_reader_read_string(reader.get(), reinterpret_cast<const std::uint8_t*>(whole.c_str())));
}

}  // namespace dure::node
