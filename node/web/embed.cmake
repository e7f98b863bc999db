# SPDX-License-Identifier: Apache-2.0
# Run by `cmake -P` at build time: writes OUTPUT, a C++ file that defines the array SYMBOL of {name, contents}
# (EmbeddedFile, web/embedded.h) for FILES. Names are the files' base names.
set(text "// Made by node/web/embed.cmake; do not edit.\n#include \"web/embedded.h\"\n\nnamespace dure::node {\n")
string(APPEND text "namespace {\nusing std::string_view_literals::operator\"\"sv;\nconstexpr EmbeddedFile kFiles[] = {\n")
separate_arguments(FILES NATIVE_COMMAND "${FILES}")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" contents)
  # One raw string literal per file; the delimiter must not occur in it. `sv` knows its length: clang counts only so far.
  if(contents MATCHES "\\)dure_embed\"")
    message(FATAL_ERROR "${file} holds the delimiter of its own literal")
  endif()
  string(APPEND text "    {\"${name}\"sv, R\"dure_embed(${contents})dure_embed\"sv},\n")
endforeach()
string(APPEND text "};\n}  // namespace\nstd::span<const EmbeddedFile> ${SYMBOL}() { return kFiles; }\n}  // namespace dure::node\n")
file(WRITE "${OUTPUT}" "${text}")
