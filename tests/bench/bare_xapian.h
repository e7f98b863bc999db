// SPDX-License-Identifier: Apache-2.0
// What catalogue benches compare with: Xapian with pairs of syllables and nothing around it. Only
// where libxapian-dev is installed.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/bare_fts.h"

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
    Xapian::Enquire enquire(database_);
    enquire.set_query(parser_.parse_query(words, Xapian::QueryParser::FLAG_CJK_NGRAM));
    const Xapian::MSet found = enquire.get_mset(0, top);
    std::vector<std::size_t> places;
    for (auto hit = found.begin(); hit != found.end(); ++hit) places.push_back(*hit - 1);
    return places;
  }

 private:
  Xapian::Database database_;
  Xapian::QueryParser parser_;
};

}  // namespace dure::node
