// SPDX-License-Identifier: Apache-2.0
// What catalogue benches compare with: Xapian with pairs of syllables and nothing around it. Only
// where libxapian-dev is installed.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/bare_fts.h"
#include "catalogue/query_words.h"

namespace dure::node {

/// `count` texts into a new database, with the catalogue's weights of title, keywords and summary.
inline void xapian_insert(const std::string& path, const std::vector<CatalogueChange>& ring,
                          std::uint64_t count, std::size_t batch) {
  Xapian::WritableDatabase database(path,
                                    Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS);
  Xapian::TermGenerator terms;
  terms.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
  for (std::uint64_t i = 0; i < count; ++i) {
    const CatalogueChange& change = ring[i % ring.size()];
    Xapian::Document document;
    terms.set_document(document);
    terms.set_termpos(0);
    const auto add = [&](const std::string& text, Xapian::termcount weight) {
      terms.index_text(text, weight);
      terms.increase_termpos();
    };
    add(change.item.title, 10);
    add(change.keywords, 6);
    add(change.item.summary, 4);
    add(change.body, 1);
    database.add_document(document);
    if ((i + 1) % batch == 0) database.commit();
  }
  database.commit();
  database.compact(path + ".compact");
}

/// Searches one compacted database, all words wanted. Threads: one.
class XapianReader {
 public:
  explicit XapianReader(const std::string& path) : database_(path + ".compact") {
    parser_.set_database(database_);
    parser_.set_default_op(Xapian::Query::OP_AND);
  }
  /// Places of the best `top` in the order of insertion, from 0, best first.
  std::vector<std::size_t> search(const std::string& words, Xapian::doccount top) {
    return best(pairs(words), top);
  }

  /// As search(), with what parse_query() tries for each word: without its particle, as two words,
  /// and its synonyms.
  std::vector<std::size_t> search_alike(const std::string& words, Xapian::doccount top) {
    std::vector<Xapian::Query> all;
    for (const QueryWord& word : telling_words(words)) {
      std::vector<Xapian::Query> any;
      auto forms = without_particles(word);
      forms.insert(forms.begin(), word);
      for (const QueryWord& form : forms) {
        add_form(form.text, any);
        for (const std::string& other : SynonymTable::built_in().others(form.text))
          add_form(other, any);
      }
      all.emplace_back(Xapian::Query::OP_OR, any.begin(), any.end());
    }
    return best(Xapian::Query(Xapian::Query::OP_AND, all.begin(), all.end()), top);
  }

 private:
  Xapian::Query pairs(const std::string& text) {
    return parser_.parse_query(text, Xapian::QueryParser::FLAG_CJK_NGRAM);
  }
  /// A word, and its halves where it may stand as two.
  void add_form(const std::string& word, std::vector<Xapian::Query>& any) {
    any.push_back(pairs(word));
    const std::size_t count = count_characters(word);
    if (static_cast<unsigned char>(word.front()) < 0x80) return;
    for (std::size_t at = 2; at + 2 <= count; ++at) {
      const std::string head(first_characters(word, at));
      any.emplace_back(Xapian::Query::OP_AND, pairs(head), pairs(word.substr(head.size())));
    }
  }
  std::vector<std::size_t> best(const Xapian::Query& query, Xapian::doccount top) {
    Xapian::Enquire enquire(database_);
    enquire.set_query(query);
    const Xapian::MSet found = enquire.get_mset(0, top);
    std::vector<std::size_t> places;
    for (auto hit = found.begin(); hit != found.end(); ++hit) places.push_back(*hit - 1);
    return places;
  }

  Xapian::Database database_;
  Xapian::QueryParser parser_;
};

}  // namespace dure::node
