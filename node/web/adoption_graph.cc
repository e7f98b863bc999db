// SPDX-License-Identifier: Apache-2.0
// The drawing: boxes one under the other, each moved to the right of what it was taken from, so
// that it fits a narrow screen and may grow long. Plain SVG, coloured by the style sheet.
#include "web/adoption_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "web/adoption_data.h"
#include "web/wording.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxDrawn = 30, kMaxDepth = 6, kMaxResults = 3;
constexpr std::size_t kBoxWidth = 284, kBoxHeight = 74, kPitch = 90, kIndent = 22, kEdge = 4,
                      kMargin = 44;

/// As much of `text` as fits: a Korean syllable is as wide as two letters.
std::string cut(std::string_view text, std::size_t letters) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    width += bytes >= 3 ? 2 : 1;
    if (width > letters) return std::string(text.substr(0, at)) + "…";
    at += bytes;
  }
  return std::string(text);
}

struct Box {
  std::size_t x = 0, y = 0;
};
Box box_of(std::size_t line, std::size_t depth) {
  return {kEdge + std::min(depth, kMaxDepth) * kIndent, kEdge + line * kPitch};
}

std::string results_in_words(const PageFrame& frame, const EntryFacts& facts, std::size_t most) {
  std::string words;
  for (std::size_t i = 0; i < std::min(most, facts.outcomes.size()); ++i)
    words += (i == 0 ? "" : "; ") + outcome_in_words(facts.outcomes[i]);
  return words.empty() ? text(frame.language, "pages.adoptions.no-result") : words;
}

Data box_data(const Box& box, const std::string& name, const std::string& when,
              const std::string& result) {
  Data data;
  data.set("x", std::to_string(box.x));
  data.set("y", std::to_string(box.y));
  data.set("text_x", std::to_string(box.x + 12));
  data.set("y1", std::to_string(box.y + 22));
  data.set("y2", std::to_string(box.y + 43));
  data.set("y3", std::to_string(box.y + 63));
  data.set("name", cut(name, 34));
  data.set("when", cut(when, 38));
  data.set("result", cut(result, 38));
  return data;
}

std::string when_in_words(const PageFrame& frame, const EntryFacts& facts) {
  const std::string day = date_in_words(frame.language, facts.decided);
  return day.empty() || facts.status.empty() ? day + facts.status : day + " · " + facts.status;
}

/// From the left edge of the one above down and into the side of the one below.
std::string branch(const Box& from, const Box& to) {
  return fmt::format("M{} {}V{}H{}", from.x + kIndent / 2, from.y + kBoxHeight,
                     to.y + kBoxHeight / 2, to.x);
}

/// Round the right side.
std::string loop(const Box& from, const Box& to) {
  const std::size_t x1 = from.x + kBoxWidth, y1 = from.y + kBoxHeight / 2;
  const std::size_t x2 = to.x + kBoxWidth, y2 = to.y + kBoxHeight / 2;
  return fmt::format("M{} {}C{} {},{} {},{} {}", x1, y1, std::max(x1, x2) + kMargin, y1,
                     std::max(x1, x2) + kMargin, y2, x2, y2);
}

Data path_data(const std::string& path) {
  Data data;
  data.set("path", path);
  return data;
}

void draw(const PageFrame& frame, const AdoptionGraphView& view,
          const std::vector<AdoptionPlace>& places, Data& graph) {
  const std::size_t drawn = std::min(places.size(), kMaxDrawn);
  Data boxes{Data::type::list}, branches{Data::type::list}, loops{Data::type::list};
  const Box root = box_of(0, 0);
  std::size_t deepest = 1;
  for (std::size_t line = 0; line < drawn; ++line) {
    const AdoptionPlace& place = places[line];
    const AdoptionView& adoption = view.adoptions[place.adoption];
    const auto at = [&](std::size_t of) { return box_of(of + 1, places[of].depth); };
    deepest = std::max(deepest, std::min(place.depth, kMaxDepth));
    boxes.push_back(box_data(at(line), adoption.publisher, when_in_words(frame, adoption.facts),
                             results_in_words(frame, adoption.facts, 1)));
    branches.push_back(path_data(branch(place.parent ? at(*place.parent) : root, at(line))));
    for (const std::size_t source : place.also) {
      if (source < drawn) loops.push_back(path_data(loop(at(source), at(line))));
    }
  }
  graph.set("root", box_data(root, view.publisher, view.practice.text, {}));
  graph.set("boxes", boxes);
  graph.set("branches", branches);
  graph.set("loops", loops);
  graph.set("box_width", std::to_string(kBoxWidth));
  graph.set("box_height", std::to_string(kBoxHeight));
  graph.set("width", std::to_string(kEdge + deepest * kIndent + kBoxWidth + kMargin));
  graph.set("height", std::to_string(kEdge * 2 + drawn * kPitch + kBoxHeight));
  graph.set("not_drawn", drawn < places.size() ? say(frame, "pages.adoptions.not-drawn",
                                                     {{"drawn", number_in_words(drawn)}})
                                               : Data(false));
}

Data source_data(const std::string& name) {
  Data data;
  data.set("source", name);
  return data;
}

Data row_data(const PageFrame& frame, const AdoptionGraphView& view,
              const std::vector<AdoptionPlace>& places, std::size_t line) {
  const AdoptionPlace& place = places[line];
  const AdoptionView& adoption = view.adoptions[place.adoption];
  Data row;
  row.set("publisher", adoption.publisher);
  row.set("href", adoption.href);
  row.set("title", text_data(adoption.facts.title));
  Data sources{Data::type::list};
  const auto add = [&](std::size_t of) {
    sources.push_back(source_data(view.adoptions[places[of].adoption].publisher));
  };
  if (place.parent) {
    add(*place.parent);
  } else {
    sources.push_back(source_data(view.publisher));
  }
  for (const std::size_t also : place.also) add(also);
  row.set("sources", sources);
  row.set("when", date_in_words(frame.language, adoption.facts.decided));
  row.set("status", adoption.facts.status);
  row.set("reason", text_data(adoption.facts.status_reason));
  row.set("result", results_in_words(frame, adoption.facts, kMaxResults));
  return row;
}

}  // namespace

Data adoption_graph_data(const PageFrame& frame, const AdoptionGraphView& view) {
  if (view.adoptions.empty()) return Data(false);
  const auto places = place_adoptions(view.adoptions);
  Data graph;
  const TextArguments args = {{"practice", view.practice.text},
                              {"publisher", view.publisher},
                              {"count", number_in_words(view.total)}};
  graph.set("title", say(frame, "pages.adoptions.title", args));
  graph.set("description", say(frame, "pages.adoptions.description", args));
  draw(frame, view, places, graph);
  Data rows{Data::type::list};
  for (std::size_t line = 0; line < places.size(); ++line)
    rows.push_back(row_data(frame, view, places, line));
  graph.set("rows", rows);
  graph.set("all_href", present(view.all_href));
  graph.set("all_label", say(frame, "pages.adoptions.all", args));
  return graph;
}

}  // namespace dure::node
