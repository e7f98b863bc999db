// SPDX-License-Identifier: Apache-2.0
// What our search finds beside what Xapian finds: the judged queries of the evaluation over the
// same documents. Speed says little without it.
//
//   DURE_SHARED=... bench_search_quality
#include <cstdio>
#include <filesystem>
#include <functional>

#include "bench/bare_xapian.h"
#include "node/catalogue/evaluation/collection.h"
#include "node/catalogue/evaluation/judged_queries.h"
#include "node/catalogue/evaluation/measures.h"

namespace dure::node {
namespace {

using Search = std::function<std::vector<std::string>(const std::string& words)>;

void print_means(const char* what, const JudgedQueries& judged, const Search& search) {
  MeanMeasures means;
  for (const JudgedQuery& query : judged.queries)
    means.add(measure(judged.needs.at(query.need), search(query.query)));
  std::printf("%-17s %zu queries  recall %.3f  precision %.3f  nDCG@10 %.3f\n", what,
              means.queries(), means.recall(), means.precision(), means.ndcg());
}

int compare() {
  EvaluationCollection collection;
  collection.add_examples();
  if (!collection.add_real_records()) {
    std::fprintf(stderr, "no real records in %s: set DURE_SHARED\n", real_records_path().c_str());
    return 2;
  }
  collection.fold();
  const TempFolder folder;
  const std::string path = (folder.path() / "xapian").string();
  const auto changes = collection.changes();
  xapian_insert(path, changes, changes.size(), changes.size());
  XapianReader xapian(path);
  const JudgedQueries judged = read_judged_queries();
  print_means("Dure", judged, [&](const std::string& words) { return collection.search(words); });
  const auto names = [&](const std::vector<std::size_t>& places) {
    std::vector<std::string> found;
    for (const std::size_t place : places) found.push_back(collection.name(place));
    return found;
  };
  print_means("Xapian, as typed", judged, [&](const std::string& words) {
    return names(xapian.search(words, kMaxSearchLimit));
  });
  print_means("Xapian, our forms", judged, [&](const std::string& words) {
    return names(xapian.search_alike(words, kMaxSearchLimit));
  });
  return testing::Test::HasFailure() ? 1 : 0;
}

}  // namespace
}  // namespace dure::node

int main() { return dure::node::compare(); }
