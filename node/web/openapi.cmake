# SPDX-License-Identifier: Apache-2.0
# Run by `cmake -P` at build time: composes the OpenAPI document from openapi.json.in of FOLDER, where a line @name@ stands for
# the members of the object in the file `name`. Writes it whole to DOCUMENT, and to OUTPUT as the pieces of openapi_pieces()
# (web/embedded.h): no compiler need take one literal as long as the document.
file(READ "${FOLDER}/openapi.json.in" rest)
set(document "")
set(pieces "")

# Appends the text in `piece` to both.
macro(add_piece)
  if(piece MATCHES "\\)dure_openapi\"")
    message(FATAL_ERROR "the document holds the delimiter of its own literal")
  endif()
  string(APPEND document "${piece}")
  string(APPEND pieces "    R\"dure_openapi(${piece})dure_openapi\",\n")
endmacro()

string(FIND "${rest}" "@" at)
while(NOT at EQUAL -1)
  string(SUBSTRING "${rest}" 0 ${at} piece)
  add_piece()
  math(EXPR at "${at} + 1")
  string(SUBSTRING "${rest}" ${at} -1 rest)
  string(FIND "${rest}" "@" end)
  string(SUBSTRING "${rest}" 0 ${end} name)
  math(EXPR end "${end} + 1")
  string(SUBSTRING "${rest}" ${end} -1 rest)
  file(READ "${FOLDER}/${name}" piece)
  string(REGEX REPLACE "^{\n|\n}\n$" "" piece "${piece}")
  add_piece()
  string(FIND "${rest}" "@" at)
endwhile()
set(piece "${rest}")
add_piece()

file(WRITE "${DOCUMENT}" "${document}")
file(WRITE "${OUTPUT}" "// Made by node/web/openapi.cmake; do not edit.
#include \"web/embedded.h\"

namespace dure::node {
namespace {
constexpr std::string_view kPieces[] = {
${pieces}};
}  // namespace
std::span<const std::string_view> openapi_pieces() { return kPieces; }
}  // namespace dure::node
")
