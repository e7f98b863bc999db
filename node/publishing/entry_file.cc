// SPDX-License-Identifier: Apache-2.0
// read_entry_documents: finds where each entry of a file begins and ends; parse_entry_document
// reads it.
#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <optional>

#include "publishing/entry_document.h"
#include "publishing/text_encoding.h"

namespace dure::node {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

Error file_error(ErrorCode code, std::string detail, std::string text, std::size_t line) {
  return {code, std::move(detail), std::move(text), {{"line", std::to_string(line)}}};
}

/// Position just after the string literal that begins at `position`; npos if it is not closed.
std::size_t after_string(std::string_view text, std::size_t position) {
  for (++position; position < text.size(); ++position) {
    if (text[position] == '\\') {
      ++position;
    } else if (text[position] == '"') {
      return position + 1;
    }
  }
  return std::string_view::npos;
}

/// Position just after the object or array that begins at `position`; npos if it is not closed.
std::size_t after_nested(std::string_view text, std::size_t position) {
  std::size_t depth = 0;
  while (position < text.size()) {
    const char c = text[position];
    if (c == '"') {
      position = after_string(text, position);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    ++position;
    if ((c == '}' || c == ']') && --depth == 0) return position;
  }
  return std::string_view::npos;
}

/// Position just after the value that begins at `position`; npos if it is not closed.
std::size_t after_value(std::string_view text, std::size_t position) {
  const char c = text[position];
  if (c == '{' || c == '[') return after_nested(text, position);
  if (c == '"') return after_string(text, position);
  return std::min(text.find_first_of(",]} \t\r\n", position + 1), text.size());
}

/// Walks over the entries of one JSON text held in memory, counting lines.
class TextWalker {
 public:
  TextWalker(std::string_view text, const ReadEntrySink& sink) : text_(text), sink_(sink) {}

  Status walk() {
    skip_white_space();
    if (at_end())
      return file_error(ErrorCode::kMalformed, "the file is empty", "schema.file.empty", line_);
    return text_[position_] == '[' ? walk_array() : walk_sequence();
  }

 private:
  enum class Step { kGoOn, kStop };

  Status walk_array() {
    const std::size_t opened = line_;
    advance(position_ + 1);
    skip_white_space();
    bool first = true;
    while (!at_end() && !(first && text_[position_] == ']')) {
      first = false;
      auto step = hand_over();
      if (!step) return std::move(step).error();
      if (*step == Step::kStop) return ok();
      skip_white_space();
      if (at_end() || text_[position_] == ']') break;
      if (text_[position_] != ',') return unexpected();
      advance(position_ + 1);
      skip_white_space();
    }
    if (at_end()) return not_closed(opened);
    advance(position_ + 1);
    skip_white_space();
    return at_end() ? ok() : unexpected();
  }

  Status walk_sequence() {
    while (!at_end()) {
      auto step = hand_over();
      if (!step) return std::move(step).error();
      if (*step == Step::kStop) return ok();
      skip_white_space();
    }
    return ok();
  }

  Result<Step> hand_over() {
    if (text_[position_] == ',' || text_[position_] == ']') return unexpected().error();
    const std::size_t end = after_value(text_, position_);
    if (end == std::string_view::npos) return not_closed(line_).error();
    const std::size_t begin_line = line_;
    const auto entry = text_.substr(position_, end - position_);
    advance(end);
    return sink_({begin_line, parse_entry_document(entry, begin_line)}) ? Step::kGoOn : Step::kStop;
  }

  void skip_white_space() {
    advance(std::min(text_.find_first_not_of(kWhiteSpace, position_), text_.size()));
  }
  void advance(std::size_t to) {
    const auto begin = text_.begin();
    line_ += static_cast<std::size_t>(std::count(begin + static_cast<std::ptrdiff_t>(position_),
                                                 begin + static_cast<std::ptrdiff_t>(to), '\n'));
    position_ = to;
  }
  bool at_end() const { return position_ >= text_.size(); }
  Status not_closed(std::size_t opened) const {
    return file_error(ErrorCode::kMalformed,
                      fmt::format("what begins on line {} is not closed", opened),
                      "schema.file.not-closed", opened);
  }
  Status unexpected() const {
    return file_error(ErrorCode::kMalformed,
                      fmt::format("line {}: a comma or a bracket is wrong", line_),
                      "schema.file.separator", line_);
  }

  std::string_view text_;
  const ReadEntrySink& sink_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

/// Lines of a stream, each held in memory only up to a bound.
class BoundedLines {
 public:
  explicit BoundedLines(std::istream& in) : in_(in) {}

  struct Line {
    std::string text;
    bool whole = false;  // up to its line break or the end of the file
    std::size_t number = 1, offset = 0;
  };

  std::optional<Line> next() {
    Line line;
    line.number = ++number_;
    line.offset = offset_;
    if (number_ == 1) skip_bom(line);
    for (int c = take(); c != kEnd; c = take()) {
      if (c == '\n') {
        line.whole = true;
        return line;
      }
      line.text.push_back(static_cast<char>(c));
      if (line.text.size() > kMaxDocumentBytes) return line;
    }
    line.whole = true;
    if (line.text.empty()) return std::nullopt;
    return line;
  }

  void skip_rest_of_line() {
    for (int c = take(); c != kEnd && c != '\n'; c = take()) {
    }
  }

  bool at_end() const { return at_end_; }

 private:
  static constexpr int kEnd = std::istream::traits_type::eof();

  // The buffer instead of the stream: get() of a stream costs ten times as much. A buffer throws
  // where a stream would set its bad bit, for example when the path is a folder.
  int take() try {
    const int c = in_.rdbuf()->sbumpc();
    if (c == kEnd) {
      at_end_ = true;
    } else {
      ++offset_;
    }
    return c;
  } catch (const std::ios_base::failure&) {
    in_.setstate(std::ios_base::badbit);
    at_end_ = true;
    return kEnd;
  }

  void skip_bom(Line& line) {
    for (const char expected : kUtf8Bom) {
      if (in_.peek() != static_cast<unsigned char>(expected)) return;
      line.text.push_back(static_cast<char>(take()));
    }
    line.text.clear();
  }

  std::istream& in_;
  std::size_t number_ = 0, offset_ = 0;
  bool at_end_ = false;
};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(kWhiteSpace) == std::string_view::npos;
}

/// Whether `line` is one whole object and nothing else: the mark of JSON Lines.
bool is_whole_object(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(kWhiteSpace);
  if (begin == std::string_view::npos || line[begin] != '{') return false;
  const std::size_t end = after_nested(line, begin);
  return end != std::string_view::npos && is_blank(line.substr(end));
}

/// JSON Lines from `line` on.
Status read_lines(BoundedLines& lines, std::optional<BoundedLines::Line> line,
                  const ReadEntrySink& sink) {
  for (; line; line = lines.next()) {
    if (is_blank(line->text)) continue;
    if (auto utf8 = require_utf8(line->text, line->offset, line->number); line->whole && !utf8)
      return utf8;
    const std::size_t number = line->number;
    const bool go_on = sink({number, parse_entry_document(line->text, number)});
    if (!line->whole) lines.skip_rest_of_line();
    if (!go_on) return ok();
  }
  return ok();
}

Status read_whole(std::istream& in, std::string text, const ReadEntrySink& sink) {
  std::string chunk(64 * 1024, '\0');
  while (text.size() <= kMaxEntryFileBytes && in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return Error{ErrorCode::kStorage, "the file cannot be read"};
  if (text.size() > kMaxEntryFileBytes) {
    return file_error(ErrorCode::kTooLarge, "the file is over 64 MiB; JSON Lines may be longer",
                      "schema.file.too-large", 1);
  }
  if (auto utf8 = require_utf8(text, 0, 1); !utf8) return utf8;
  return TextWalker(text, sink).walk();
}

}  // namespace

Status read_entry_documents(std::istream& in, const ReadEntrySink& sink) {
  BoundedLines lines(in);
  std::string read_so_far;
  auto line = lines.next();
  // Blank lines may stand in front; they are kept so that line numbers stay right.
  while (line && line->whole && is_blank(line->text) && read_so_far.size() < kMaxDocumentBytes) {
    read_so_far += line->text + '\n';
    line = lines.next();
  }
  if (in.bad()) return Error{ErrorCode::kStorage, "the file cannot be read"};
  if (!line) return file_error(ErrorCode::kMalformed, "the file is empty", "schema.file.empty", 1);
  if (line->whole && is_whole_object(line->text)) {
    auto status = read_lines(lines, std::move(line), sink);
    if (status && in.bad()) return Error{ErrorCode::kStorage, "the file cannot be read"};
    return status;
  }
  const bool more = line->whole && !lines.at_end();
  return read_whole(in, read_so_far + line->text + (more ? "\n" : ""), sink);
}

}  // namespace dure::node
