// SPDX-License-Identifier: Apache-2.0
// Which encoding a file from an officer's desk has. Entries are UTF-8; only the 정부24 import also
// reads CP949, because that is what Excel in Korea saves.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

inline constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";

enum class TextEncoding { kUtf8, kUtf16, kCp949, kUnknown };

/// What `bytes` most probably is. kCp949 also stands for EUC-KR, its subset.
TextEncoding detect_encoding(std::string_view bytes);

/// Whether a syllable of Hangul stands in `utf8`.
bool has_hangul(std::string_view utf8);

/// Position of the first byte that is not part of well-formed UTF-8.
std::optional<std::size_t> first_invalid_utf8(std::string_view bytes);

/// CP949 (and so EUC-KR) to UTF-8. Errors: kMalformed.
Result<std::string> utf8_from_cp949(std::string_view bytes);

/// Fails with a plain reason unless `bytes` is UTF-8; `offset` and `line` say where `bytes` begins
/// in its file. Errors: kMalformed, texts schema.file.not-text (a spreadsheet), schema.file.utf16,
/// schema.file.cp949, schema.file.utf8.
Status require_utf8(std::string_view bytes, std::size_t offset, std::size_t line);

}  // namespace dure::node
