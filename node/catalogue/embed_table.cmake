# SPDX-License-Identifier: Apache-2.0
# Run by `cmake -P` at build time: writes OUTPUT, which defines SYMBOL() of catalogue/embedded.h with the contents of FILE.
file(READ "${FILE}" contents)
if(contents MATCHES "\\)dure_table\"")
  message(FATAL_ERROR "${FILE} holds the delimiter of its own literal")
endif()
file(WRITE "${OUTPUT}" "// Made by node/catalogue/embed_table.cmake; do not edit.
#include \"catalogue/embedded.h\"

namespace dure::node {
std::string_view ${SYMBOL}() { return R\"dure_table(${contents})dure_table\"; }
}  // namespace dure::node
")
