// SPDX-License-Identifier: Apache-2.0
#include "simulation/history_book.h"

#include <algorithm>
#include <cstdlib>

namespace dure::simulation {

Tree tree_of_note(std::string_view bytes) {
  const auto note = parse_note(bytes);
  if (!note) std::abort();
  const auto head = parse_checkpoint(note->text);
  if (!head) std::abort();
  return {head->size, head->root};
}

std::string HistoryBook::locked(const Installation& on, std::string_view note) {
  const Tree head = tree_of_note(note);
  auto& [origin, signed_tree] = histories_[on.place];
  origin = on.who->origin;
  const std::string what = origin + " at " + std::to_string(on.place) + " signed a head of size " +
                           std::to_string(head.size);
  if (head.size <= signed_tree.size()) {
    return signed_tree.has(head.size, head.root) ? "" : what + " that contradicts an earlier one";
  }
  const TreeLevels& leaves = on.disk.node_db.logs[0].tree;
  if (!leaves.has(head.size, head.root)) return what + " over other leaves than it has";
  if (!leaves.has(signed_tree.size(), signed_tree.root_at(signed_tree.size())))
    return what + " that does not grow out of an earlier one";
  while (signed_tree.size() < head.size) signed_tree.append(*leaves.node(0, signed_tree.size()));
  return {};
}

bool HistoryBook::grows(const std::string& origin, const Tree& earlier, const Tree& later) const {
  return std::any_of(histories_.begin(), histories_.end(), [&](const auto& item) {
    const TreeLevels& tree = item.second.tree;
    return item.second.origin == origin && tree.has(later.size, later.root) &&
           tree.has(earlier.size, earlier.root);
  });
}

const TreeLevels& HistoryBook::of(Network::Place place) const {
  static const TreeLevels kNone;
  const auto found = histories_.find(place);
  return found == histories_.end() ? kNone : found->second.tree;
}

std::uint64_t HistoryBook::agreed(const std::string& origin) const {
  const TreeLevels* first = nullptr;
  std::uint64_t agreed = 0;
  for (const auto& [place, history] : histories_) {
    if (history.origin != origin) continue;
    if (first == nullptr) {
      first = &history.tree;
      agreed = first->size();
    } else {
      agreed = std::min(agreed, first->agrees_with(history.tree));
    }
  }
  return agreed;
}

}  // namespace dure::simulation
