// SPDX-License-Identifier: Apache-2.0
// A body's JSON as labelled fields in words, in the order in which a reader needs them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"
#include "web/texts.h"

namespace dure::node {

/// A piece of text; `language` is empty when it is the page's own (no `lang` attribute needed).
struct Text {
  std::string text, language;
};

struct FieldValue {
  Text text;
  std::string href;  // empty, or an http(s), mailto or tel address
};

struct FieldView {
  std::string label;
  std::vector<FieldValue> values;
};

struct TableView {
  std::string caption;
  std::vector<std::string> columns;
  std::vector<std::vector<Text>> rows;
};

struct SectionView {
  std::string title;
  std::vector<FieldView> fields;
  std::vector<TableView> tables;
};

struct EntryView {
  std::string type, type_name;
  Text title, summary, description;
  std::vector<SectionView> sections;
};

/// The name of a region for its 5-digit code, or an empty string.
using RegionName = std::function<std::string(std::string_view code, Language language)>;

/// Where this node serves the attachment with this commitment (base64), or an empty string.
using AttachmentHref = std::function<std::string(std::string_view commitment)>;

/// An entry that another one names, as it is known here.
struct RecordTarget {
  std::string type;
  Text title;
  std::string publisher, href;
};
/// Nothing if the record is not known here.
using RecordLookup = std::function<std::optional<RecordTarget>(
    std::string_view origin, std::string_view id, Language language)>;

/// Reads a published body. Members that this program does not know are shown under their own names,
/// so that an entry of a newer schema loses nothing. Errors: kMalformed (not a JSON object).
Result<EntryView> make_entry_view(std::string_view type, std::string_view body, Language language,
                                  const RegionName& region_name,
                                  const AttachmentHref& attachment_href = {},
                                  const RecordLookup& record = {});
/// A type in words; one that this program does not know is some other entry.
std::string type_in_words(std::string_view type, Language language);
/// The member of a language-tagged text that suits the reader: {"ko":"…","en":"…"}, or a plain
/// string. Errors: kMalformed. An absent member gives an empty text.
Result<Text> body_text(std::string_view body, std::string_view member, Language language);

}  // namespace dure::node
